// SPDX-License-Identifier: Apache-2.0
// Debian's Alertmanager with the configuration that this repository ships.
#pragma once

#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace reeve::test {

inline constexpr const char* alertmanager_program = "/usr/bin/prometheus-alertmanager";

class alertmanager_server {
 public:
  // The shipped file for the agent at that port, with `token`, in a hurry. Ready when this returns.
  static result<std::unique_ptr<alertmanager_server>> start(std::uint16_t agent_port, std::string_view token);

  std::uint16_t port() const noexcept { return port_; }
  std::string log() const { return process_.output(); }

 private:
  alertmanager_server(child process, std::unique_ptr<temp_dir> folder)
      : folder_(std::move(folder)), process_(std::move(process)) {}

  std::unique_ptr<temp_dir> folder_;
  std::uint16_t port_ = 0;
  child process_;
};

} // namespace reeve::test
