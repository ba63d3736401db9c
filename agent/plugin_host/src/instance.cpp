// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin_host/instance.hpp"

#include "config_view.hpp"
#include "host_api.hpp"
#include "worker.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/plugin_host/tables.hpp"

#include <algorithm>
#include <utility>

namespace reeve::plugin_host {

class instance::thread {
 public:
  explicit thread(worker w) : worker_(std::move(w)) {}
  worker worker_;
};

instance::core::core(source find_plugin, instance_options o, services& s)
    : options(std::move(o)), shared(s), find(std::move(find_plugin)), batch(options.limits) {
  host = make_host(*this);
}

namespace {

using core = instance::core;

// One call into the plugin: its reeve_call, and what the host functions need to know of it.
class call_scope {
 public:
  call_scope(core& c, const char* step, const tick& t, bool sampling = false) : core_(c) {
    c.step = step;
    raw_.struct_size = sizeof raw_;
    raw_.cycle = t.cycle;
    raw_.sched_unix_ns = t.scheduled_unix.count();
    raw_.interval_ns = static_cast<std::uint64_t>(t.interval.count());
    raw_.deadline_mono_ns = static_cast<std::uint64_t>(t.deadline_mono.count());
    raw_.ctx = &c;
    c.current = &raw_;
    c.sampling = sampling;
    c.not_before = t.scheduled_mono;
    c.error.clear();
  }
  ~call_scope() {
    core_.current = nullptr;
    core_.sampling = false;
    core_.readings.clear();
  }
  call_scope(const call_scope&) = delete;
  const reeve_call* raw() const noexcept { return &raw_; }

 private:
  core& core_;
  reeve_call raw_{};
};

tick control_tick(const core& c) {
  tick t;
  t.scheduled_mono = c.shared.time.mono();
  t.scheduled_unix = c.shared.time.unix_time();
  t.deadline_mono = t.scheduled_mono + c.options.control_deadline;
  return t;
}

std::string failure_text(const core& c, std::string_view function, reeve_status status) {
  if (!c.error.empty()) return c.error;
  return cat(function, "() returned ", status);
}

// What this call takes of `events`; see the header.
void offer(core& c, const event_batch& events, const tick& t, outcome& out) {
  if (!c.started || !c.sink) {
    out.status = REEVE_E_STATE;
    out.error = "it takes no events";
    return;
  }
  const event_list list(events, c.sink->min_severity);
  const call_scope call(c, "on_events()", t);
  std::uint32_t done = 0;
  out.status =
      list.size() == 0 ? REEVE_OK : c.sink->on_events(c.self, call.raw(), list.data(), list.size(), &done);
  // One that succeeds is done with everything; a number above the offered is a slip that must not count.
  out.taken = list.taken(out.status >= 0 ? list.size() : std::min(done, list.size()));
  if (out.status < 0) out.error = failure_text(c, "on_events", out.status);
}

// The first extension that the plugin needs and this host lacks, or null.
const char* missing_extension(const core& c) {
  if (!c.plugin->needs) return nullptr;
  for (const char* const* id = c.plugin->needs; *id; ++id)
    if (!c.host.get_extension(&c.host, *id)) return *id;
  return nullptr;
}

void find_create_and_configure(core& c, outcome& out) {
  c.step = "loading its library";
  auto found = c.find();
  if (!found) {
    out.status = REEVE_E_NOT_FOUND;
    out.error = std::move(found.error().message);
    return;
  }
  c.plugin = *found;
  if (const char* id = missing_extension(c)) {
    out.status = REEVE_E_UNSUPPORTED;
    out.error = cat("needs the host extension ", id, ", which this agent does not offer");
    return;
  }
  {
    const call_scope call(c, "create()", control_tick(c));
    out.status = c.plugin->ops->create(&c.host, call.raw(), &c.self);
    if (out.status < 0) {
      c.self = nullptr;
      out.error = failure_text(c, "create", out.status);
      return;
    }
  }
  config_view table(c.options.options, c.options.name);
  if (REEVE_HAS(reeve_plugin_ops, c.plugin->ops, configure) && c.plugin->ops->configure) {
    const call_scope call(c, "configure()", control_tick(c));
    out.status = c.plugin->ops->configure(c.self, call.raw(), table.raw());
    if (out.status < 0) out.error = failure_text(c, "configure", out.status);
  }
  out.problems = table.take_problems();
  if (out.problems.empty() || out.status < 0) return;
  out.status = REEVE_E_ARG;
  out.error = "the configuration has errors";
}

void start_plugin(core& c, outcome& out) {
  if (!c.self) {
    out.status = REEVE_E_STATE;
    return;
  }
  if (c.plugin->ops->start) {
    const call_scope call(c, "start()", control_tick(c));
    out.status = c.plugin->ops->start(c.self, call.raw());
    if (out.status < 0) {
      out.error = failure_text(c, "start", out.status);
      return;
    }
  }
  c.started = true;
  c.sink = event_sink_of(*c.plugin, c.self);
}

void sample_plugin(core& c, const tick& t, outcome& out) {
  if (!c.started || !REEVE_HAS(reeve_plugin_ops, c.plugin->ops, sample) || !c.plugin->ops->sample) {
    out.status = REEVE_E_STATE;
    out.error = c.started ? "it has no sample()" : "it is not started";
    return;
  }
  const nanoseconds began = c.shared.time.mono();
  const nanoseconds began_unix = c.shared.time.unix_time();
  const call_scope call(c, "sample()", t, true);
  c.batch.begin();
  out.status = c.plugin->ops->sample(c.self, call.raw());
  if (out.status >= 0) {
    out.published = c.batch.commit(began, began_unix, t.cycle);
  } else {
    c.batch.discard();
    out.error = failure_text(c, "sample", out.status);
  }
}

void close_plugin(core& c, outcome& out, const event_batch& last = {}) {
  if (c.started && c.sink) {
    if (!last.empty()) offer(c, last, control_tick(c), out);
    const call_scope call(c, "flush()", control_tick(c));
    if (c.sink->flush) (void)c.sink->flush(c.self, call.raw());
  }
  if (c.started && c.plugin->ops->stop) {
    const call_scope call(c, "stop()", control_tick(c));
    out.status = c.plugin->ops->stop(c.self, call.raw());
    if (out.status < 0) out.error = failure_text(c, "stop", out.status);
  }
  c.started = false;
  c.shared.tables.forget(&c);
  if (c.self) c.plugin->ops->destroy(c.self);
  c.self = nullptr;
}

// Runs `body` on the plugin's thread and reports how it ended.
template <class Body>
void submit(worker& w, std::shared_ptr<core> c, instance::done d, Body body) {
  auto job = [c, d, body, returning = w.returning()] {
    outcome out;
    const nanoseconds began = c->shared.time.mono();
    body(*c, out);
    out.duration = c->shared.time.mono() - began;
    out.counters = c->batch.counters();
    out.live_series = c->batch.live_series();
    returning();
    d(std::move(out));
  };
  if (w.submit(std::move(job))) return;
  outcome refused;
  refused.status = REEVE_E_AGAIN;
  refused.error = "too many requests are waiting for the plugin";
  d(std::move(refused));
}

} // namespace

// Of one that was given up while stuck, on its own thread once it came back; otherwise close() has been here before.
instance::core::~core() {
  outcome ignored;
  close_plugin(*this, ignored);
}

instance::instance(std::shared_ptr<core> c, std::unique_ptr<thread> t)
    : core_(std::move(c)), thread_(std::move(t)) {}
instance::~instance() {
  cancel();
}

result<std::unique_ptr<instance>> instance::create(source plugin, instance_options options,
                                                   services& shared) {
  auto w = worker::create();
  if (!w) return w.error();
  return std::unique_ptr<instance>(
      new instance(std::make_shared<core>(std::move(plugin), std::move(options), shared),
                   std::make_unique<thread>(*std::move(w))));
}

void instance::prepare(done d) {
  submit(thread_->worker_, core_, std::move(d), &find_create_and_configure);
}

void instance::start(done d) {
  submit(thread_->worker_, core_, std::move(d), &start_plugin);
}

void instance::sample(const tick& t, done d) {
  submit(thread_->worker_, core_, std::move(d), [t](core& c, outcome& out) { sample_plugin(c, t, out); });
}

void instance::deliver(event_batch events, nanoseconds deadline_mono, done d) {
  submit(thread_->worker_, core_, std::move(d),
         [events = std::move(events), deadline_mono](core& c, outcome& out) {
           tick t = control_tick(c);
           t.deadline_mono = deadline_mono;
           offer(c, events, t, out);
         });
}

void instance::close(done d, event_batch last) {
  cancel();
  const auto body = [last = std::move(last)](core& c, outcome& out) {
    c.cancelled = false; // the last calls get their own time
    close_plugin(c, out, last);
  };
  submit(thread_->worker_, core_, std::move(d), body);
}

void instance::cancel() noexcept {
  core_->cancelled = true;
}

const std::string& instance::name() const noexcept {
  return core_->options.name;
}

const reeve_plugin_desc* instance::plugin() const noexcept {
  return core_->plugin;
}

std::optional<std::uint32_t> instance::sink_severity() const noexcept {
  return core_->sink ? std::optional(core_->sink->min_severity) : std::nullopt;
}

const char* instance::step() const noexcept {
  return core_->step;
}

} // namespace reeve::plugin_host
