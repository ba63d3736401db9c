// SPDX-License-Identifier: Apache-2.0
// One live agent on a port of its own choosing.
#pragma once

#include "tests/support/child.hpp"
#include "tests/support/exposition_parser.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

namespace reeve::test {

struct agent_options {
  std::string http;    // further lines of the table [http]
  std::string scrape;  // the lines of [scrape]; empty leaves the table out
  std::string plugins; // everything that follows: [plugin.NAME] tables and what they hold
  std::vector<std::pair<std::string, std::string>> environment;
};

class agent_process {
 public:
  // Writes the configuration, starts `reeve run` and waits until /-/ready says 200. The error carries the
  // agent's log.
  static result<std::unique_ptr<agent_process>> start(const agent_options& options);
  ~agent_process(); // an agent that manages processes is asked to end with them
  // The next agent of the same configuration and state, once this one has ended or was killed.
  result<> start_again();

  std::uint16_t port() const noexcept { return port_; }
  const std::string& instance() const noexcept { return instance_; }
  child& process() noexcept { return *process_; }
  std::string log() const { return process_->output(); }
  std::filesystem::path config_file() const { return *folder_ / "reeve.toml"; }
  std::filesystem::path state_folder() const { return *folder_ / "state"; }

  // Replaces the configuration file; the agent keeps its port and instance, and learns of it only by a
  // reload.
  void rewrite(const agent_options& options) const;
  void rewrite_raw(std::string_view text) const { write_file(config_file(), text); }

  result<http_response> get(std::string target, http_headers headers = {}) const;
  result<http_response> post(std::string target, std::string body = {}) const;
  result<exposition>
  metrics(std::string target = "/metrics") const; // text 0.0.4; anything but 200 is an error

  result<finished_child> reload() const {
    return tell("reload");
  } // runs `reeve reload` for this agent's instance
  result<finished_child> stop() const { return tell("stop", "--with-processes"); } // runs `reeve stop`
  result<> ask_to_stop(); // SIGTERM, Ctrl+Break or, where that cannot be sent, Ctrl+C

 private:
  agent_process(const agent_options& options, std::unique_ptr<temp_dir> folder, std::string instance);
  result<finished_child> tell(const char* verb, const char* option = nullptr) const;
  result<> begin();
  std::string configuration(const agent_options& options) const;

  std::unique_ptr<temp_dir> folder_;
  std::string instance_;
  std::vector<std::pair<std::string, std::string>> environment_;
  std::uint16_t port_ = 0;
  std::size_t log_begin_ = 0; // of what this agent wrote, after those before
  std::unique_ptr<child> process_;
};

} // namespace reeve::test
