// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/event_source.hpp"

namespace reeve::os {

namespace {

error nothing_to_do() {
  return {errc::unsupported, "this system's log needs no registration"};
}

} // namespace

result<event_source> read_event_source() {
  return event_source{};
}

result<> install_event_source(const std::string&) {
  return nothing_to_do();
}

result<> uninstall_event_source() {
  return nothing_to_do();
}

std::string default_message_file() {
  return {};
}

} // namespace reeve::os
