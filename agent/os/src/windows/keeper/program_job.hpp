// SPDX-License-Identifier: Apache-2.0
// Everything beneath the keeper: the job object that its program is born into. None of it leaves the job, and all of it
// is ended when the last handle to the job is closed, which is the keeper's.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/os/launch_command.hpp"
#include "windows/unique_handle.hpp"

#include <string>
#include <vector>

namespace reeve::os {

class program_job {
 public:
  // An error says which of the limits is at fault.
  result<> make(const std::wstring& name, const std::vector<resource_limit>& limits);
  HANDLE get() const noexcept { return job_.get(); }

  void kill() noexcept;
  bool is_empty() const;
  // The one that was started first, open; nothing where there is none.
  unique_handle oldest() const;

 private:
  unique_handle job_;
};

} // namespace reeve::os
