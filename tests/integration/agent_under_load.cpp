// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agent_under_load.hpp"

#include "tests/support/http_client.hpp"
#include "tests/support/wait_until.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::test {

namespace {
constexpr std::string_view token = "0123456789abcdef0123456789abcdef";
}

result<std::string> agent_under_load::begin(const std::string& program, std::vector<std::string> arguments,
                                            const std::string& ready) {
  child_options how;
  how.program = std::filesystem::path(REEVE_TEST_PROGRAMS) / program;
  how.arguments = std::move(arguments);
  how.input = child_stdin::held_open;
  how.output_file = folder_ / cat("load ", load_.size());
  auto started = child::start(how);
  if (!started) return started.error();
  load_.push_back(*std::move(started));
  std::string line;
  const bool came = wait_until(
      [&] {
        const std::string out = load_.back().output();
        const auto at = out.rfind(ready);
        const auto end = out.find('\n', at);
        if (at == std::string::npos || (end == std::string::npos && !ready.empty())) return ready.empty();
        line = out.substr(at, end - at);
        return true;
      },
      long_bound);
  if (!came) return error{errc::timed_out, cat(program, " did not say ", ready, ": ", load_.back().output())};
  return line;
}

std::string agent_under_load::plugins(const std::string& crowd_port) const {
  return cat(
      "[plugin.process-watch]\ninterval = \"1s\"\nunmatched = \"group_by_name\"\n"
      "[[plugin.process-watch.group]]\nname = \"load\"\nprocess = [\"socket_crowd\", \"churn\"]\n"
      "per_process = true\n"
      "[plugin.port-watch]\ninterval = \"1s\"\n[[plugin.port-watch.port]]\nport = ",
      crowd_port, "\nowner = [\"socket_crowd\"]\n[[plugin.port-watch.port]]\nport = ", missing_port,
      "\n[[plugin.port-watch.endpoint]]\nname = \"crowd\"\nport = ", crowd_port,
      "\naddress = \"127.0.0.1\"\nlimit = 50\n"
      "[plugin.perf-counter]\ninterval = \"1s\"\n"
      "[plugin.handle-leak]\ninterval = \"250ms\"\nsensitivity = \"high\"\ninclude = [\"descriptors*\"]\n"
      "[plugin.file-lock]\ninterval = \"1s\"\nwait_event_after = \"5s\"\n"
      "[[plugin.file-lock.watch]]\nname = \"load\"\npaths = ['",
      locked_, "']\n[plugin.eventlog-writer]\ninterval = \"1s\"\nbackend = \"journal\"\njournal_socket = '",
      journal_path_, "'\n");
}

// Rules whose conditions come and go: one is acted on, in vain, and another only observed.
std::string agent_under_load::rules() const {
  constexpr std::string_view comes_and_goes = "expr = 'vector(time()) % 4 < 2'\n";
  return cat(
      "[rules]\ninterval = \"500ms\"\n[remedy]\nmax_actions_per_hour = 1000\n[[rule]]\nname = \"in-vain\"\n",
      comes_and_goes,
      "mode = \"act\"\naction = \"run\"\ncommand = [\"/bin/true\"]\nsettle = \"0s\"\ncooldown = \"0s\"\n"
      "budget = 1000\n[[rule]]\nname = \"observed\"\n",
      comes_and_goes, "action = \"run\"\ncommand = [\"/bin/true\"]\n[webhook]\ntoken = \"", token,
      "\"\n[[webhook.alert]]\nname = \"sent\"\nmatch = \"alertname=Leak\"\n");
}

result<> agent_under_load::send_alert() {
  const auto sent = http_post(
      agent_->port(), "/api/v1/alerts",
      R"({"version":"4","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"Leak"},)"
      R"("startsAt":"2026-11-26T11:00:45Z","fingerprint":"a1"}]})",
      {{"Content-Type", "application/json"}, {"Authorization", cat("Bearer ", token)}});
  if (!sent) return sent.error();
  if (sent->status != 200) return error{errc::failed, cat("the webhook answered ", sent->status), 0};
  return {};
}

result<std::unique_ptr<agent_under_load>> agent_under_load::start(std::chrono::seconds lifetime) {
  std::unique_ptr<agent_under_load> out(new agent_under_load);
  const auto crowd = out->begin("socket_crowd", {"40", "1"}, "ready ");
  if (!crowd) return crowd.error();
  for (const auto& [program, arguments, ready] :
       {std::tuple{"churn", std::vector<std::string>{"10", cat(lifetime.count()), "1500", "churn"}, ""},
        std::tuple{"descriptors", std::vector<std::string>{"leak", "100"}, "ready"},
        std::tuple{"file_holder", std::vector<std::string>{"open=" + out->locked_, "flock=write"}, "ready"},
        std::tuple{"file_holder", std::vector<std::string>{"open=" + out->locked_, "flock-wait=write"},
                   "waiting"}})
    if (const auto begun = out->begin(program, arguments, ready); !begun) return begun.error();
  agent_options options;
  options.scrape = "max_age = \"200ms\"";
  options.plugins = out->plugins(crowd->substr(6)) + out->rules();
  auto started = agent_process::start(options);
  if (!started) return started.error();
  out->agent_ = *std::move(started);
  if (const auto sent = out->send_alert(); !sent) return sent.error();
  return out;
}

void agent_under_load::read_log() {
  while (journal_.receive()) {
  }
}

} // namespace reeve::test
