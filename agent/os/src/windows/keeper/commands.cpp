// SPDX-License-Identifier: Apache-2.0
#include "windows/keeper/commands.hpp"

#include "windows/utf.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::os {

namespace {

std::wstring name_of(const process_id& keeper, const char* what) {
  return to_utf16(cat("Global\\reeve-keeper-", keeper.pid, "-", keeper.start, "-", what));
}

} // namespace

std::wstring event_name(const process_id& keeper, keeper_command c) {
  constexpr const char* names[keeper_commands] = {"kill", "ctrl-c", "ctrl-break"};
  return name_of(keeper, names[static_cast<std::size_t>(c)]);
}

std::wstring job_name(const process_id& keeper) {
  return name_of(keeper, "job");
}

bool make_command_events(const process_id& keeper, SECURITY_ATTRIBUTES* access, bool must_be_new,
                         command_events& out) {
  for (std::size_t i = 0; i < keeper_commands; ++i) {
    out[i] = unique_handle(
        CreateEventW(access, FALSE, FALSE, event_name(keeper, static_cast<keeper_command>(i)).c_str()));
    if (!out[i] || (must_be_new && GetLastError() == ERROR_ALREADY_EXISTS)) return false;
  }
  return true;
}

bool open_command_events(const process_id& keeper, command_events& out) {
  for (std::size_t i = 0; i < keeper_commands; ++i) {
    out[i] = unique_handle(
        OpenEventW(EVENT_MODIFY_STATE, FALSE, event_name(keeper, static_cast<keeper_command>(i)).c_str()));
    if (!out[i]) return false;
  }
  return true;
}

} // namespace reeve::os
