// SPDX-License-Identifier: Apache-2.0
#include "managed_processes.hpp"

#include "reeve/app/control_requests.hpp"
#include "reeve/base/strings.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace reeve::app {

namespace asio = boost::asio;
using supervise::process_change;

managed_processes::managed_processes(asio::io_context& loop, const clock& time, event_router& events)
    : loop_(loop), time_(time), events_(events), due_(loop) {}

result<> managed_processes::begin(const std::vector<config::process_settings>& wanted) {
  if (wanted.empty()) return {};
  auto starter = os::child_starter::create();
  if (!starter) return starter.error();
  starter_ = *std::move(starter);
  // The starter's thread is joined before the loop goes, and the loop drops what was posted without running it.
  supervisor_ = std::make_unique<supervise::supervisor>(
      time_, *starter_,
      [this](std::function<void()> work) {
        asio::post(loop_, [this, work = std::move(work)] {
          work();
          arm();
        });
      },
      [this](const supervise::process_event& e) { told(e); },
      [this] { return std::uniform_real_distribution(-1.0, 1.0)(chance_); });
  for (const config::process_settings& s : wanted)
    supervisor_->add(s);
  arm();
  return {};
}

void managed_processes::stop_all(std::function<void()> done) {
  ending_ = true;
  stopped_ = std::move(done);
  if (supervisor_) supervisor_->stop_all();
  arm();
}

void managed_processes::arm() {
  if (stopped_ && (!supervisor_ || !supervisor_->is_any_ending())) {
    due_.cancel();
    std::exchange(stopped_, nullptr)();
    return;
  }
  const auto at = supervisor_ ? supervisor_->next_wake() : std::nullopt;
  if (!at) {
    due_.cancel();
    return;
  }
  due_.expires_after(std::max(nanoseconds(0), *at - time_.mono()));
  due_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    supervisor_->advance();
    arm();
  });
}

void managed_processes::told(const supervise::process_event& e) {
  switch (e.what) {
  case process_change::started:
    events_.report(events::process_started, {{"name", e.name}, {"pid", cat(e.pid)}});
    return;
  case process_change::ended:
    events_.report(events::process_ended,
                   {{"name", e.name}, {"pid", cat(e.pid)}, {"reason", e.reason}, {"next", e.next}});
    return;
  case process_change::stopped:
    events_.report(events::process_stopped, {{"name", e.name}, {"pid", cat(e.pid)}, {"reason", e.reason}});
    return;
  case process_change::cannot_start:
    events_.report(events::process_cannot_start, {{"name", e.name}, {"reason", e.reason}, {"next", e.next}});
    return;
  case process_change::given_up:
    events_.report(events::process_given_up, {{"name", e.name}, {"reason", e.reason}});
    return;
  case process_change::killed:
    events_.report(events::process_killed, {{"name", e.name}, {"pid", cat(e.pid)}, {"reason", e.reason}});
    return;
  case process_change::stuck:
    events_.report(events::process_stuck, {{"name", e.name}, {"pid", cat(e.pid)}});
    return;
  }
}

std::vector<supervise::process_status> managed_processes::status() const {
  return supervisor_ ? supervisor_->status() : std::vector<supervise::process_status>{};
}

std::string managed_processes::answer(std::string_view request) {
  request.remove_prefix(processes_verb.size());
  if (request == "status") return cat("ok\n", to_text(status()));
  const std::size_t space = request.find(' ');
  const std::string_view verb = request.substr(0, space);
  const std::string_view name = space == request.npos ? "" : request.substr(space + 1);
  if (ending_ && verb != "stop") return "failed\nthe agent is ending\n";
  bool known = false;
  if (supervisor_ && verb == "start") known = supervisor_->start(name);
  if (supervisor_ && verb == "stop") known = supervisor_->stop(name);
  if (supervisor_ && verb == "restart") known = supervisor_->restart(name);
  arm();
  if (known) return "ok\n";
  std::string names;
  for (const auto& s : status())
    names += cat(names.empty() ? "" : ", ", s.name);
  return cat("failed\nno managed process is named \"", name, "\"; ",
             names.empty() ? "the configuration has no [[process]]" : cat("there are: ", names), "\n");
}

} // namespace reeve::app
