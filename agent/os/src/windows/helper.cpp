// SPDX-License-Identifier: Apache-2.0
#include "windows/helper.hpp"

#include "reeve/os/helper.hpp"
#include "reeve/os/runtime.hpp"
#include "windows/handle_name_server.hpp"
#include "windows/utf.hpp"

#include <atomic>
#include <string_view>

namespace reeve::os {

namespace {

std::atomic<bool> may_be_started_as_helper{false};

} // namespace

std::optional<int> run_as_helper(int argc, const char* const* argv) {
  if (argc == 2 && to_utf16(argv[1]) == handle_names_argument) return serve_handle_names();
  may_be_started_as_helper = true;
  return std::nullopt;
}

std::wstring own_helper_program() {
  return may_be_started_as_helper ? to_utf16(executable_path()) : std::wstring();
}

} // namespace reeve::os
