// SPDX-License-Identifier: Apache-2.0
#include "health_probes.hpp"

#include "reeve/http/probe.hpp"

#include <memory>
#include <utility>

namespace reeve::app {

namespace {

using supervise::ask_health;
using supervise::probe_answer;

http::http_probe_options http_options(const config::health_settings& s) {
  http::http_probe_options out;
  out.to = {s.url.host, s.url.port};
  out.tls = s.url.tls;
  out.target = s.url.target;
  out.head = s.method == "HEAD";
  out.host = s.host;
  out.headers = s.headers;
  out.expect_status.clear();
  for (const config::status_range& range : s.expect_status)
    out.expect_status.emplace_back(range.first, range.last);
  out.expect_body = s.expect_body;
  out.expect_body_regex = s.expect_body_regex;
  out.verify_tls = s.verify_tls;
  out.ca_file = s.ca_file;
  return out;
}

ask_health ask_probe(std::unique_ptr<http::probe> probe) {
  return [kept = std::shared_ptr(std::move(probe))](nanoseconds timeout,
                                                    std::function<void(probe_answer)> done) {
    kept->ask(timeout, [done = std::move(done)](http::probe_answer a) {
      done({a.passed, std::move(a.text)});
    });
  };
}

ask_health ask_command(const config::health_settings& s, const run_command& run) {
  return
      [program = s.command, args = s.args, run](nanoseconds timeout, std::function<void(probe_answer)> done) {
        run(program, args, timeout, [done = std::move(done)](const result<supervise::process_end>& end) {
          if (end)
            done({!end->failed(), supervise::to_text(*end)});
          else
            done({false, end.error().message});
        });
      };
}

result<ask_health> ask_as(boost::asio::io_context& loop, const config::health_settings& s,
                          const run_command& run) {
  if (s.type == "command") return ask_command(s, run);
  if (s.type == "tcp") return ask_probe(http::make_tcp_probe(loop, {s.address.host, s.address.port}));
  auto probe = http::make_http_probe(loop, http_options(s));
  if (!probe) return probe.error();
  return ask_probe(*std::move(probe));
}

} // namespace

result<std::vector<supervise::named_check>> make_checks(boost::asio::io_context& loop,
                                                        const std::vector<config::health_settings>& wanted,
                                                        const run_command& run) {
  std::vector<supervise::named_check> out;
  for (const config::health_settings& s : wanted) {
    auto ask = ask_as(loop, s, run);
    if (!ask) return ask.error();
    out.push_back(
        {s.name, {s.grace, s.interval, s.timeout, s.retries, s.success_threshold}, *std::move(ask)});
  }
  return out;
}

} // namespace reeve::app
