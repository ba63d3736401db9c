// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/alertmanager_server.hpp"

#include "reeve/base/strings.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/wait_until.hpp"

#include <charconv>

namespace reeve::test {
namespace {

// Its web component logs the address it really got.
std::uint16_t port_in(const std::string& log) {
  constexpr std::string_view field = "address=127.0.0.1:";
  std::uint16_t port = 0;
  const auto at = log.find(field);
  if (at != log.npos) std::from_chars(log.data() + at + field.size(), log.data() + log.size(), port);
  return port;
}

result<std::string> adapted_configuration(std::uint16_t agent_port, const std::string& token_file) {
  std::string out = read_file(std::filesystem::path(REEVE_SOURCE_DIR) / "config" / "alertmanager.yml");
  const std::pair<std::string_view, std::string> changes[] = {
      {"127.0.0.1:9847", cat("127.0.0.1:", agent_port)},
      {"/etc/prometheus/reeve-webhook-token", token_file},
      {"group_wait: 10s", "group_wait: 100ms"},
      {"group_interval: 30s", "group_interval: 1s"},
      {"repeat_interval: 1h", "repeat_interval: 1s"}};
  for (const auto& [what, by] : changes) {
    auto at = out.find(what);
    if (at == out.npos) return error{errc::invalid_argument, cat("config/alertmanager.yml has no ", what)};
    for (; at != out.npos; at = out.find(what, at + by.size()))
      out.replace(at, what.size(), by);
  }
  return out;
}

} // namespace

result<std::unique_ptr<alertmanager_server>> alertmanager_server::start(std::uint16_t agent_port,
                                                                        std::string_view token) {
  auto folder = std::make_unique<temp_dir>();
  write_file(*folder / "token", token);
  const auto configuration = adapted_configuration(agent_port, (*folder / "token").string());
  if (!configuration) return configuration.error();
  write_file(*folder / "alertmanager.yml", *configuration);
  child_options how;
  how.program = alertmanager_program;
  how.arguments = {"--config.file=" + (*folder / "alertmanager.yml").string(),
                   "--storage.path=" + (*folder / "data").string(), "--web.listen-address=127.0.0.1:0",
                   "--cluster.listen-address="};
  how.output_file = *folder / "log";
  auto process = child::start(how);
  if (!process) return process.error();
  std::unique_ptr<alertmanager_server> out(new alertmanager_server(std::move(*process), std::move(folder)));
  const bool ready = wait_until(
      [&] {
        if (out->port_ == 0) out->port_ = port_in(out->log());
        const auto answer = out->port_ ? http_get(out->port_, "/-/ready") : error{errc::not_found, "", 0};
        return (answer && answer->status == 200) || !out->process_.running();
      },
      long_bound);
  if (!ready || !out->process_.running())
    return error{errc::failed, cat("Alertmanager did not become ready; its log:\n", out->log())};
  return out;
}

} // namespace reeve::test
