// SPDX-License-Identifier: Apache-2.0
// The folder /run of a process and those that it starts, empty but for what says that systemd runs. Needs root.
#pragma once

#include "tests/support/child.hpp"

#include "reeve/base/strings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace reeve::test {

// How to run the words of `command` after the shell has done `prepare` there. Where no mount namespace may be had it ends with
// a status other than 0, and says why.
inline child_options with_a_run_of_its_own(std::string_view prepare,
                                           const std::vector<std::string>& command) {
  child_options how;
  how.program = "/usr/bin/unshare";
  how.arguments = {"--mount",
                   "--propagation",
                   "private",
                   "/bin/sh",
                   "-c",
                   cat("mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && ", prepare,
                       " && exec \"$0\" \"$@\"")};
  how.arguments.insert(how.arguments.end(), command.begin(), command.end());
  return how;
}

} // namespace reeve::test
