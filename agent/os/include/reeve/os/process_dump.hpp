// SPDX-License-Identifier: Apache-2.0
// What a process has in its memory, written to a file for a debugger.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"

#include <string>
#include <string_view>

namespace reeve::os {

inline constexpr std::uint64_t disk_left_by_dumps = 1'000'000'000; // bytes that stay free

std::string_view dump_suffix() noexcept; // ".core", ".dmp"

// `file` must not be there yet; its folder is to be private. The process stands still meanwhile and goes on then. Blocks; on
// Linux no longer than `patience`. One thread at a time (Microsoft, MiniDumpWriteDump: "All DbgHelp functions ... are
// single threaded"). After an error no file is left. errc::not_found: that process is gone; errc::limit: the disk has too
// little room; errc::access_denied: this account may not look into it.
// Linux: all of its memory as the kernel would write it (core(5)), by Debian's gdb; errc::unsupported without it.
// Windows: threads, stacks and what they point at, modules and handles.
result<> dump_process(const process_id& id, const std::string& file, nanoseconds patience);

} // namespace reeve::os
