// SPDX-License-Identifier: Apache-2.0
// Which processes use one file, by the two interfaces that cannot hang on a pipe or a device.
#pragma once

#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace reeve::os {

// Restart Manager: processes with their creation times. For folders it has no answer. "RmGetList function
// (restartmanager.h)".
result<std::vector<process_id>> users_by_restart_manager(const std::wstring& path);

// NtQueryInformationFile(47, FileProcessIdsUsingFileInformation), also for folders. Pids alone; this process is among
// them, as it opens the file to ask. FILE_PROCESS_IDS_USING_FILE_INFORMATION in the Windows Driver Kit's wdm.h.
result<std::vector<std::uint32_t>> users_by_file_query(const std::wstring& path);

} // namespace reeve::os
