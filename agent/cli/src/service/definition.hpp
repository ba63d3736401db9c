// SPDX-License-Identifier: Apache-2.0
// What `reeve service install` asks of the system, made of the options it was given.
#pragma once

#include "reeve/os/service_control.hpp"

#include <string>

namespace reeve::cli {

struct service_options {
  std::string action;
  std::string name = "reeve";
  std::string config_path, plugin_dir;
  std::string account;
  std::string program; // empty: this one
  bool user = false;
  bool print = false;
  bool json = false;
  std::string patience; // a duration that was checked
};

// Its paths are absolute. `for_windows`: the arguments name the service, by which the program knows that it is one.
os::service_definition definition_of(const service_options& options, bool for_windows);

// For CLI::Validator: what is wrong with `name` for a service that install makes; empty: nothing.
std::string check_service_name(const std::string& name);

// Sentences about what somebody other than an administrator may change and the service would obey: its program and its
// configuration.
std::vector<std::string> untrusted_files(const service_options& options,
                                         const os::service_definition& service);

} // namespace reeve::cli
