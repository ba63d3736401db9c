// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/prometheus_server.hpp"

#include "reeve/base/strings.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/json/parse.hpp>

#include <charconv>

namespace reeve::test {
namespace {

namespace json = boost::json;

// The shipped file with each scrape once a second, its one target line turned into `targets` of them and the rules
// named by their absolute path, or left out.
result<std::string> adapted_configuration(std::uint16_t agent_port, int targets,
                                          const std::filesystem::path& rules) {
  const std::string shipped =
      read_file(std::filesystem::path(REEVE_SOURCE_DIR) / "config" / "prometheus.yml");
  std::string out;
  bool interval_found = false, target_found = false, rules_found = false;
  for (std::size_t at = 0; at < shipped.size();) {
    const auto end = std::min(shipped.find('\n', at), shipped.size());
    const std::string line = shipped.substr(at, end - at);
    at = end + 1;
    const std::string indent = line.substr(0, line.find_first_not_of(' '));
    if (line.find("scrape_interval:") != std::string::npos) {
      out += indent + "scrape_interval: 1s\n" + indent + "evaluation_interval: 1s\n";
      interval_found = true;
    } else if (line.find("\"127.0.0.1:9847\"") != std::string::npos) {
      if (targets == 1) out += cat(indent, "- targets: [\"127.0.0.1:", agent_port, "\"]\n");
      for (int i = 0; targets > 1 && i < targets; ++i)
        out += cat(indent, "- targets: [\"127.0.0.1:", agent_port, "\"]\n", indent, "  labels: {probe: \"", i,
                   "\"}\n");
      target_found = true;
    } else if (line.starts_with("rule_files:")) {
      if (!rules.empty()) out += "rule_files: ['" + (rules / "*.yml").string() + "']\n";
      rules_found = true;
    } else {
      out += line + "\n";
    }
  }
  if (!interval_found || !target_found || !rules_found)
    return error{errc::invalid_argument, "config/prometheus.yml has another shape than this test expects"};
  return out;
}

std::string percent_encoded(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
      out.push_back(c);
    else
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return out;
}

// Its web component logs the address it really got: component=web ... address=127.0.0.1:PORT.
std::uint16_t port_in(std::string_view log) {
  constexpr std::string_view field = "address=127.0.0.1:";
  std::uint16_t port = 0;
  for (auto at = log.find(field); at != std::string_view::npos && port == 0; at = log.find(field, at + 1))
    std::from_chars(log.data() + at + field.size(), log.data() + log.size(), port);
  return port;
}

} // namespace

result<std::unique_ptr<prometheus_server>> prometheus_server::start(std::uint16_t agent_port, int targets,
                                                                    const std::filesystem::path& rules,
                                                                    std::uint16_t alertmanager_port) {
  auto configuration = adapted_configuration(agent_port, targets, rules);
  if (!configuration) return configuration.error();
  if (alertmanager_port != 0)
    *configuration +=
        cat("alerting:\n  alertmanagers:\n    - static_configs:\n        - targets: [\"127.0.0.1:",
            alertmanager_port, "\"]\n");
  return start_with(*configuration);
}

result<std::unique_ptr<prometheus_server>> prometheus_server::start_with(std::string_view configuration) {
  auto folder = std::make_unique<temp_dir>();
  write_file(*folder / "prometheus.yml", configuration);
  return start_in(std::move(folder), {});
}

result<std::unique_ptr<prometheus_server>> prometheus_server::start_over(std::string_view samples) {
  auto folder = std::make_unique<temp_dir>();
  write_file(*folder / "prometheus.yml", "global: {}\n");
  write_file(*folder / "samples", samples);
  child_options how;
  how.program = "/usr/bin/promtool";
  how.arguments = {"tsdb", "create-blocks-from", "openmetrics", (*folder / "samples").string(),
                   (*folder / "data").string()};
  how.output_file = *folder / "promtool.log";
  const auto made = run(how, long_bound);
  if (!made || made->exit_code != 0)
    return error{errc::failed, cat("promtool made no blocks: ", made ? made->output : made.error().message)};
  return start_in(std::move(folder), {"--storage.tsdb.retention.time=100y"});
}

result<std::unique_ptr<prometheus_server>>
prometheus_server::start_in(std::unique_ptr<temp_dir> folder, std::vector<std::string> more_arguments) {
  std::unique_ptr<prometheus_server> out(new prometheus_server(std::move(folder)));
  if (auto begun = out->begin(more_arguments); !begun) return begun.error();
  return out;
}

result<> prometheus_server::begin(const std::vector<std::string>& more_arguments) {
  child_options how;
  how.program = prometheus_program;
  how.arguments = {"--config.file=" + (*folder_ / "prometheus.yml").string(),
                   "--storage.tsdb.path=" + (*folder_ / "data").string(), "--web.listen-address=127.0.0.1:0"};
  how.arguments.insert(how.arguments.end(), more_arguments.begin(), more_arguments.end());
  how.output_file = *folder_ / "log";
  const std::size_t log_begin = process_ ? log().size() : 0; // of what this one writes, after the one before
  auto process = child::start(how);
  if (!process) return process.error();
  process_ = std::move(*process);
  port_ = 0;
  const bool ready = wait_until(
      [&] {
        if (port_ == 0) port_ = port_in(std::string_view(log()).substr(log_begin));
        const auto answer = port_ ? http_get(port_, "/-/ready") : error{errc::not_found, "", 0};
        return (answer && answer->status == 200) || !process_->running();
      },
      long_bound);
  if (!ready || !process_->running())
    return error{errc::failed, cat("Prometheus did not become ready; its log:\n", log())};
  return {};
}

result<> prometheus_server::go_on_without_targets() {
  if (auto asked = process_->terminate(); !asked) return asked;
  if (!process_->wait(long_bound)) return error{errc::timed_out, "Prometheus does not end"};
  write_file(*folder_ / "prometheus.yml", "global: {}\n");
  return begin({});
}

result<std::string>
prometheus_server::api(const std::string& path,
                       const std::vector<std::pair<std::string, std::string>>& parameters) const {
  std::string target = "/api/v1/" + path;
  for (const auto& [name, value] : parameters)
    target += (&name == &parameters.front().first ? "?" : "&") + name + "=" + percent_encoded(value);
  auto answer = http_get(port_, target);
  if (!answer) return answer.error();
  if (answer->status != 200) return error{errc::failed, cat(target, ": ", answer->body)};
  return std::move(answer->body);
}

result<std::vector<prometheus_server::series>> prometheus_server::query(const std::string& expression) const {
  const auto answer = api("query", {{"query", expression}});
  if (!answer) return answer.error();
  try {
    const json::value body = json::parse(*answer);
    std::vector<series> out;
    for (const auto& row : body.at("data").at("result").as_array()) {
      series s;
      for (const auto& label : row.at("metric").as_object())
        s.labels[std::string(label.key())] = std::string(label.value().as_string());
      s.value = std::stod(std::string(row.at("value").at(1).as_string()));
      out.push_back(std::move(s));
    }
    return out;
  } catch (const std::exception& e) {
    return error{errc::failed, cat(expression, ": ", std::string_view(e.what()), ": ", *answer)};
  }
}

std::optional<double> prometheus_server::value(const std::string& expression) const {
  const auto found = query(expression);
  return found && found->size() == 1 ? std::optional(found->front().value) : std::nullopt;
}

result<exposition> prometheus_server::own_metrics() const {
  const auto answer = http_get(port_, "/metrics");
  if (!answer) return answer.error();
  return parse_text_0_0_4(answer->body);
}

} // namespace reeve::test
