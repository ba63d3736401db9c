// SPDX-License-Identifier: Apache-2.0
// Debian's Prometheus server with the configuration that this repository ships.
#pragma once

#include "tests/support/child.hpp"
#include "tests/support/exposition_parser.hpp"
#include "tests/support/temp_dir.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reeve::test {

inline constexpr const char* prometheus_program = "/usr/bin/prometheus";

class prometheus_server {
 public:
  // Scrapes 127.0.0.1:agent_port once a second through `targets` targets that differ in their label "probe".
  // A single target has none of its own. Ready when this returns; everything it stores lies in a temporary folder.
  // With `rules` it evaluates those of that folder once a second; without, none. Alerts go to 127.0.0.1:alertmanager_port.
  static result<std::unique_ptr<prometheus_server>> start(std::uint16_t agent_port, int targets,
                                                          const std::filesystem::path& rules = {},
                                                          std::uint16_t alertmanager_port = 0);

  // With a configuration as prometheus.yml has it.
  static result<std::unique_ptr<prometheus_server>> start_with(std::string_view configuration);

  // With these samples, OpenMetrics text with times, in its storage, and nothing to scrape.
  static result<std::unique_ptr<prometheus_server>> start_over(std::string_view samples);

  // Ends it as a service manager does and runs the next one over the same storage, without anything to scrape: what it has
  // stored stays as it is.
  result<> go_on_without_targets();

  // The body of the answer of /api/v1/PATH; an error when it is no success.
  result<std::string> api(const std::string& path,
                          const std::vector<std::pair<std::string, std::string>>& parameters = {}) const;

  struct series {
    std::map<std::string, std::string> labels;
    double value = 0;
  };
  result<std::vector<series>> query(const std::string& expression) const; // an instant vector, now
  // The only series' value; nullopt if there is none, or more.
  std::optional<double> value(const std::string& expression) const;

  result<exposition> own_metrics() const;
  std::string log() const { return process_->output(); }
  child& process() noexcept { return *process_; }

 private:
  static result<std::unique_ptr<prometheus_server>> start_in(std::unique_ptr<temp_dir> folder,
                                                             std::vector<std::string> more_arguments);
  explicit prometheus_server(std::unique_ptr<temp_dir> folder) : folder_(std::move(folder)) {}
  result<> begin(const std::vector<std::string>& more_arguments);

  std::unique_ptr<temp_dir> folder_;
  std::uint16_t port_ = 0;
  std::optional<child> process_; // once begun
};

} // namespace reeve::test
