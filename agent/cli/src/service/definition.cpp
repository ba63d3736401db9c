// SPDX-License-Identifier: Apache-2.0
#include "service/definition.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/file_trust.hpp"
#include "reeve/os/runtime.hpp"

#include <filesystem>

namespace reeve::cli {

namespace {

constexpr std::size_t max_name_characters = 64;

// A service has another working directory than the prompt it is installed from.
std::string absolute(const std::string& path) {
  std::error_code problem;
  const auto out = std::filesystem::absolute(path, problem);
  return problem ? path : out.lexically_normal().string();
}

} // namespace

std::string check_service_name(const std::string& name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  const bool good = !name.empty() && name.size() <= max_name_characters && name[0] != '-' &&
                    name.find_first_not_of(allowed) == std::string::npos;
  return good ? "" : cat("\"", name, "\" is no name of a service: 1 to 64 of a-z, A-Z, 0-9, _ and -");
}

os::service_definition definition_of(const service_options& options, bool for_windows) {
  os::service_definition out;
  out.name = options.name;
  out.description = "Reeve, the agent that watches this machine's processes, ports, files and leaks";
  out.program = options.program.empty() ? os::executable_path() : absolute(options.program);
  out.args = {"run"};
  if (for_windows) out.args.insert(out.args.end(), {"--service", options.name});
  out.args.insert(out.args.end(), {"--config", absolute(options.config_path)});
  if (!options.plugin_dir.empty())
    out.args.insert(out.args.end(), {"--plugin-dir", absolute(options.plugin_dir)});
  out.account = options.account;
  return out;
}

std::vector<std::string> untrusted_files(const service_options& options,
                                         const os::service_definition& service) {
  std::vector<std::string> out;
  for (const std::string& file : {service.program, absolute(options.config_path)})
    if (const auto trusted = os::check_trusted_file(file);
        !trusted && trusted.error().code == errc::access_denied)
      out.push_back(cat("the service obeys a file that others may change: ", trusted.error().message));
  return out;
}

} // namespace reeve::cli
