// SPDX-License-Identifier: Apache-2.0
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <charconv>
#include <random>

namespace reeve::test {
namespace {

std::filesystem::path agent_program() {
  return std::filesystem::path(REEVE_BIN_DIR) / executable_name("reeve");
}

std::string toml_string(std::string_view text) { // a basic string; paths bring backslashes on Windows
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

// The port of the line that says "listening" with the field address=127.0.0.1:PORT; 0 while there is none.
std::uint16_t port_in(std::string_view log) {
  constexpr std::string_view field = "address=";
  for (auto line_start = log.find("listening"); line_start != std::string_view::npos;
       line_start = log.find("listening", line_start + 1)) {
    const auto line = log.substr(line_start, log.find('\n', line_start) - line_start);
    const auto at = line.find(field);
    const auto colon = line.find(':', at == std::string_view::npos ? line.size() : at);
    std::uint16_t port = 0;
    if (colon != std::string_view::npos)
      std::from_chars(line.data() + colon + 1, line.data() + line.size(), port);
    if (port != 0) return port;
  }
  return 0;
}

} // namespace

agent_process::agent_process(const agent_options& options, std::unique_ptr<temp_dir> folder,
                             std::string instance)
    : folder_(std::move(folder)), instance_(std::move(instance)), environment_(options.environment) {}

agent_process::~agent_process() {
  if (process_ && process_->running() && std::filesystem::exists(state_folder())) (void)stop();
}

std::string agent_process::configuration(const agent_options& options) const {
  std::string text = cat("[agent]\ninstance = ", toml_string(instance_),
                         "\nstate_dir = ", toml_string(state_folder().string()),
                         "\nplugin_dir = ", toml_string(REEVE_TEST_PLUGIN_DIR), "\n");
  text += cat("[http]\nlisten = \"127.0.0.1:0\"\n", options.http, "\n");
  if (!options.scrape.empty()) text += cat("[scrape]\n", options.scrape, "\n");
  return text + options.plugins;
}

result<std::unique_ptr<agent_process>> agent_process::start(const agent_options& options) {
  std::unique_ptr<agent_process> out(
      new agent_process(options, std::make_unique<temp_dir>(), cat("test-", std::random_device{}())));
  out->rewrite(options);
  if (auto begun = out->begin(); !begun) return begun.error();
  return out;
}

result<> agent_process::start_again() {
  return begin();
}

result<> agent_process::begin() {
  child_options how;
  how.program = agent_program();
  how.arguments = {"run", "--config", config_file().string()};
  how.environment = environment_;
  how.output_file = *folder_ / "log";
  log_begin_ = process_ ? log().size() : 0;
  auto process = child::start(how);
  if (!process) return process.error();
  process_ = std::make_unique<child>(std::move(*process));

  const auto failed = [&](std::string_view what) {
    return error{errc::failed, cat("the agent ", what, "; its log:\n", log())};
  };
  const bool listens = wait_until(
      [&] { return (port_ = port_in(log().substr(log_begin_))) != 0 || !process_->running(); }, long_bound);
  if (!listens || port_ == 0) return failed("did not start to listen");
  const bool ready = wait_until(
      [&] {
        const auto answer = get("/-/ready");
        return (answer && answer->status == 200) || !process_->running();
      },
      long_bound);
  if (!ready || !process_->running()) return failed("did not become ready");
  return {};
}

void agent_process::rewrite(const agent_options& options) const {
  write_file(config_file(), configuration(options));
}

result<http_response> agent_process::get(std::string target, http_headers headers) const {
  return http_get(port_, std::move(target), std::move(headers));
}

result<http_response> agent_process::post(std::string target, std::string body) const {
  return http_post(port_, std::move(target), std::move(body));
}

result<exposition> agent_process::metrics(std::string target) const {
  auto answer = get(std::move(target), {{"Accept", "text/plain;version=0.0.4"}});
  if (!answer) return answer.error();
  if (answer->status != 200) return error{errc::failed, cat("status ", answer->status, ": ", answer->body)};
  return parse_text_0_0_4(answer->body);
}

result<> agent_process::ask_to_stop() {
  auto asked = process_->terminate();
  if (!asked && asked.error().code == errc::unsupported) asked = process_->interrupt();
  return asked;
}

result<finished_child> agent_process::tell(const char* verb, const char* option) const {
  child_options how;
  how.program = agent_program();
  how.arguments = {verb, "--instance", instance_};
  if (option) how.arguments.emplace_back(option);
  how.output_file = *folder_ / cat("command ", std::random_device{}());
  return run(how, long_bound);
}

} // namespace reeve::test
