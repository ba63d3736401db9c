// SPDX-License-Identifier: Apache-2.0
#include "event_router.hpp"

#include "event_queue.hpp"

#include "reeve/base/strings.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace reeve::app {

namespace asio = boost::asio;
using plugin_host::event_batch;

namespace {

// As plugins' events: see the limits in plugin_host's host_api.cpp.
constexpr std::size_t max_text_bytes = 4096;

std::string clean(std::string_view text) {
  std::string out;
  append_utf8(out, text, max_text_bytes);
  return out;
}

} // namespace

event_router::event_router(asio::io_context& loop, const clock& time, logger& log)
    : loop_(loop), time_(time), log_(log), timer_(loop) {}

void event_router::report(const agent_event& what, std::initializer_list<log_field> fields) {
  const auto level = static_cast<log_level>(std::min<std::uint32_t>(what.severity, REEVE_ERROR));
  log_.write(level, what.component, what.line, fields);
  ++raised_[severity_name(what.severity)];
  plugin_host::event e;
  e.severity = what.severity;
  e.id = what.id;
  e.unix_time = time_.unix_time();
  e.source = agent_event_source;
  e.name = what.name;
  e.message = clean(sentence_of(what, fields));
  e.message.erase(e.message.find_last_not_of(" \n") + 1); // some reasons are whole lines
  for (const log_field& f : fields)
    e.fields.emplace_back(std::string(f.key), clean(f.value));
  publish(std::move(e));
}

void event_router::publish(plugin_host::event&& e) {
  e.seq = ++seq_;
  const auto shared = std::make_shared<const plugin_host::event>(std::move(e));
  bool any = false;
  for (auto& [name, s] : sinks_) {
    if (!s.here || name == shared->source) continue;
    s.queue.push(shared);
    any = true;
  }
  // Not at once: what is raised now goes along in one batch, and whoever reports is not called back.
  if (any) asio::post(loop_, [this] { advance(); });
}

void event_router::expect(const std::string& name) {
  sinks_[name].here = true;
}

void event_router::attach(const std::string& name, plugin_host::instance& to, nanoseconds deadline) {
  sink& s = sinks_[name];
  s.here = true;
  s.to = &to;
  s.queue.open(to.sink_severity().value_or(0), deadline);
  advance();
}

void event_router::detach(std::string_view name) {
  const auto found = sinks_.find(name);
  if (found == sinks_.end()) return;
  found->second.to = nullptr;
  found->second.queue.shut();
}

event_batch event_router::remove(std::string_view name) {
  const auto found = sinks_.find(name);
  if (found == sinks_.end()) return {};
  detach(name);
  found->second.here = false;
  return found->second.queue.take_all();
}

void event_router::closed(const std::string& name, std::size_t offered, std::uint32_t taken) {
  sinks_[name].queue.stopped(offered, taken);
}

void event_router::advance() {
  const nanoseconds now = time_.mono();
  nanoseconds wake = nanoseconds::max();
  for (auto& [name, s] : sinks_) {
    offer(name, s);
    if (s.queue.look(now) == sink_queue::change::failing)
      tell(name, sink_queue::change::failing,
           cat("on_events() has not returned within ", format_duration(s.queue.deadline())));
    wake = std::min(wake, s.queue.due());
  }
  if (wake == nanoseconds::max()) return;
  timer_.expires_after(std::max(wake - now, nanoseconds{0}));
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) advance();
  });
}

void event_router::offer(const std::string& name, sink& s) {
  const nanoseconds now = time_.mono();
  if (!s.to) return;
  event_batch batch = s.queue.next(now);
  if (batch.empty()) return;
  const std::uint64_t incarnation = s.queue.incarnation();
  s.to->deliver(
      batch, now + s.queue.deadline(), [this, name, incarnation, batch](const plugin_host::outcome& out) {
        asio::post(loop_,
                   [this, name, incarnation, batch, out] { on_answer(name, incarnation, batch, out); });
      });
}

void event_router::on_answer(const std::string& name, std::uint64_t incarnation, event_batch batch,
                             const plugin_host::outcome& out) {
  sink_queue& queue = sinks_[name].queue;
  const auto change = queue.answered(incarnation, std::move(batch), out.taken, out.status, time_.mono());
  advance(); // first, so that a full queue has room for what is told now
  if (change != sink_queue::change::none) tell(name, change, out.error);
  if (const std::uint64_t lost = queue.lost_to_tell(time_.mono()); lost != 0)
    report(events::sink_lost_events, {{"sink", name}, {"count", cat(lost)}});
}

void event_router::tell(const std::string& name, sink_queue::change what, const std::string& why) {
  if (what == sink_queue::change::recovered)
    report(events::sink_recovered, {{"sink", name}});
  else
    report(events::sink_failing, {{"sink", name}, {"reason", why}});
}

event_router::counters event_router::count() const {
  counters out;
  out.raised = raised_;
  for (const auto& [name, s] : sinks_) {
    out.sinks[name] = s.queue.count();
    if (s.here) out.waiting[name] = s.queue.waiting();
  }
  return out;
}

} // namespace reeve::app
