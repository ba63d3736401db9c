// SPDX-License-Identifier: Apache-2.0
#include "control_answers.hpp"

#include "rule_answers.hpp"

#include "reeve/app/control_requests.hpp"
#include "reeve/app/socket_query.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/config/load.hpp"
#include "reeve/exposition/render.hpp"
#include "reeve/os/control_channel.hpp"

#include <boost/asio/post.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <utility>

namespace reeve::app {

namespace {

constexpr auto patience = std::chrono::seconds(15);

std::string unless_too_large(std::string answer) {
  return answer.size() <= os::max_control_bytes ? std::move(answer) : "failed\nthe answer is too large\n";
}

} // namespace

std::string control_answers::answer(std::string_view request) {
  if (request.starts_with(socket_query_verb)) return sockets(request);
  if (request.starts_with(samples_verb)) return samples(request.substr(samples_verb.size()));
  if (request == stop_request || request == stop_all_request) {
    boost::asio::post(from_.loop,
                      [this, with_processes = request == stop_all_request] { from_.stop(with_processes); });
    return "ok\n";
  }
  if (request.starts_with(compare_verb))
    return on_loop([this, path = std::string(request.substr(compare_verb.size()))] { return compare(path); });
  if (request.starts_with(processes_verb))
    return on_loop([this, request = std::string(request)] { return about_processes(request); });
  if (request.starts_with(rules_verb))
    return on_loop([this, request = std::string(request)] {
      return answer_about_rules(request, from_.rules, from_.actions, from_.time);
    });
  return request == reload_request ? reload() : "failed\nunknown request\n";
}

// What `ask` says on the loop.
std::string control_answers::on_loop(std::function<std::string()> ask) {
  auto answered = std::make_shared<std::promise<std::string>>();
  auto future = answered->get_future();
  boost::asio::post(from_.loop, [answered, ask = std::move(ask)] { answered->set_value(ask()); });
  if (future.wait_for(patience) == std::future_status::ready) return future.get();
  return "failed\nthe agent is busy\n";
}

std::string control_answers::reload() {
  auto answered = std::make_shared<std::promise<std::string>>();
  auto future = answered->get_future();
  boost::asio::post(from_.loop, [this, answered] {
    from_.reload.reload([answered](const reload_report& report) {
      answered->set_value(cat(report.ok ? "ok\n" : "failed\n", report.text));
    });
  });
  if (future.wait_for(patience) == std::future_status::ready) return future.get();
  return "failed\nthe reload has not ended yet; see the log for its outcome\n";
}

// A rule that was given up is reset by its name, too.
std::string control_answers::about_processes(const std::string& request) {
  constexpr std::string_view reset = "processes reset ";
  const bool is_rule =
      request.starts_with(reset) &&
      from_.actions.reset(std::string_view(request).substr(reset.size()), "the command line").has_value();
  std::string answer = from_.processes.answer(request);
  if (!request.starts_with(reset) || answer.starts_with("ok")) return answer;
  if (is_rule) return cat("ok\n", request.substr(reset.size()), "\n");
  answer.pop_back();
  return cat(answer, "; and no rule or mapping is named so\n");
}

// What a reload of that file would do to the managed processes.
std::string control_answers::compare(const std::string& path) const {
  const config::loaded next = config::load(path);
  if (!next.value) return cat("failed\n", path, " has errors; see reeve check-config\n");
  const std::string changes = to_text(from_.processes.compare(*next.value));
  return cat("ok\n", changes.empty() ? "processes and jobs: no change\n" : changes);
}

// The board may be asked from any thread.
std::string control_answers::samples(std::string_view plugin) const {
  const store::snapshot_ptr latest = from_.board.latest(plugin);
  if (!latest) return cat("failed\nno plugin \"", plugin, "\" has sampled yet\n");
  exposition::renderer text({latest}, exposition::format::text);
  std::string out = "ok\n";
  while (out.size() <= os::max_control_bytes && text.next(out)) {
  }
  return unless_too_large(std::move(out));
}

// So may the socket table: the loop is not needed, and not held up.
std::string control_answers::sockets(std::string_view query) {
  const auto wanted = parse_socket_query(query);
  if (!wanted) return cat("failed\n", wanted.error().message, "\n");
  const auto rows = from_.sockets.look_up(*wanted, from_.time.mono() + nanoseconds(patience));
  if (!rows) return cat("failed\n", rows.error().message, "\n");
  return unless_too_large(cat("ok\n", to_text(*rows)));
}

} // namespace reeve::app
