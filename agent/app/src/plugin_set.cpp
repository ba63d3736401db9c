// SPDX-License-Identifier: Apache-2.0
#include "plugin_set.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/plugin_host/module.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace reeve::app {

namespace asio = boost::asio;
using plugin_host::instance;
using plugin_host::outcome;

namespace {

constexpr nanoseconds control_deadline = std::chrono::seconds(5);

schedule::plan plan_of(const config::plugin_settings& s) {
  return {s.interval, s.deadline, s.failures_before_quarantine, s.quarantine_min, s.quarantine_max};
}

plugin_host::instance_options options_of(const config::plugin_settings& s) {
  plugin_host::instance_options out;
  out.name = s.name;
  out.options = s.options;
  out.limits.max_families = s.max_families;
  out.limits.max_series = s.max_series;
  out.control_deadline = control_deadline;
  return out;
}

// Loads the plugin's library, on the plugin's own thread.
plugin_host::instance::source source_of(const std::string& library, const std::string& name) {
  return [library, name]() -> result<const reeve_plugin_desc*> {
    const auto loaded = plugin_host::load_module(library);
    if (!loaded) return loaded.error();
    return (*loaded)->find(name);
  };
}

std::string still_busy(const plugin_entry& e) {
  if (const std::string other = plugin_host::module_being_loaded(); !other.empty() && other != e.library)
    return cat("waits for ", other, ", which has not been loaded within ", format_duration(control_deadline));
  return cat(e.instance->step(), " has not returned within ", format_duration(control_deadline));
}

} // namespace

plugin_set::plugin_set(asio::io_context& loop, plugin_host::services& shared, store::board& board,
                       event_router& events, std::function<void(const std::string&)> ran)
    : loop_(loop), shared_(shared), board_(board), events_(events), ran_(std::move(ran)),
      scheduler_(
          shared.time.mono(), shared.time.unix_time() - shared.time.mono(),
          [this](const std::string& name, const plugin_host::tick& t) { launch(name, t); },
          [this](const std::string& name, const schedule::status& s) { log_change(name, s); }),
      timer_(loop), close_timer_(loop) {}

bool plugin_set::candidates::failed() const noexcept {
  return std::any_of(entries.begin(), entries.end(),
                     [](const plugin_entry& e) { return !e.failure.empty(); });
}

// Counts the answers of one prepare() and ends it once, by the last answer or by the timer.
struct plugin_set::preparation {
  candidates result;
  std::vector<bool> answered; // as result.entries
  std::size_t missing = 0;
  asio::steady_timer timer;
  std::function<void(candidates)> done;

  explicit preparation(asio::io_context& loop) : timer(loop) {}

  void finish() {
    if (!done) return;
    timer.cancel();
    for (std::size_t i = 0; i < answered.size(); ++i)
      if (!answered[i]) result.entries[i].failure = still_busy(result.entries[i]);
    std::exchange(done, nullptr)(std::move(result));
  }
  void answer(std::size_t index, outcome out) {
    if (!done) return;
    plugin_entry& e = result.entries[index];
    answered[index] = true;
    if (out.status < 0) e.failure = out.error;
    std::move(out.problems.begin(), out.problems.end(), std::back_inserter(result.problems));
    if (--missing == 0) finish();
  }
};

void plugin_set::prepare(const std::vector<config::plugin_settings>& wanted, const std::string& plugin_dir,
                         std::function<void(candidates)> done) {
  auto work = std::make_shared<preparation>(loop_);
  work->done = std::move(done);
  for (const config::plugin_settings& s : wanted) {
    work->answered.push_back(false);
    plugin_entry e;
    e.settings = s;
    e.library = plugin_host::library_path(plugin_dir, s.library);
    e.incarnation = next_number_++;
    if (auto made = instance::create(source_of(e.library, s.name), options_of(s), shared_)) {
      e.instance = *std::move(made);
      ++work->missing;
    } else {
      e.failure = made.error().message;
      work->answered.back() = true;
    }
    work->result.entries.push_back(std::move(e));
  }
  if (work->missing == 0) {
    asio::post(loop_, [work] { work->finish(); });
    return;
  }
  work->timer.expires_after(control_deadline);
  work->timer.async_wait([work](const boost::system::error_code& cancelled) {
    if (!cancelled) work->finish();
  });
  for (std::size_t i = 0; i < work->result.entries.size(); ++i)
    if (auto& one = work->result.entries[i].instance)
      one->prepare([work, i, &loop = loop_](outcome out) {
        asio::post(loop, [work, i, out = std::move(out)]() mutable { work->answer(i, std::move(out)); });
      });
}

void plugin_set::adopt(candidates c) {
  adopted_ = true;
  const auto is_sink = [](const plugin_entry& e) {
    return e.failure.empty() && plugin_host::provides_event_sink(*e.instance->plugin());
  };
  for (const plugin_entry& e : c.entries)
    if (is_sink(e)) events_.expect(e.settings.name); // it hears what becomes of the others
  for (plugin_entry& e : c.entries) {
    const std::string name = e.settings.name;
    // The former instance's samples stay on the board until the new one has its own.
    if (const auto former = entries_.find(name); former != entries_.end()) take_down(former, is_sink(e));
    plugin_entry& own = entries_[name] = std::move(e);
    if (own.failure.empty()) {
      start(own);
    } else {
      events_.report(events::plugin_cannot_run, {{"plugin", name}, {"reason", own.failure}});
      board_.retire(name);
      if (own.instance) retire(std::move(own.instance));
    }
  }
}

void plugin_set::discard(plugin_entry candidate) {
  if (candidate.instance) retire(std::move(candidate.instance));
}

void plugin_set::start(plugin_entry& e) {
  const auto deadline = std::make_shared<asio::steady_timer>(loop_);
  // Whoever is first, the answer or the deadline, takes it away from the other. The plugin's thread must not be the
  // last to hold the timer.
  const auto ended = [this, name = e.settings.name, number = e.incarnation,
                      waiting = std::make_shared<bool>(true),
                      timer = std::weak_ptr(deadline)](const outcome& out) {
    if (!std::exchange(*waiting, false)) return;
    if (const auto still = timer.lock()) still->cancel();
    on_started(name, number, out);
  };
  deadline->expires_after(control_deadline);
  deadline->async_wait([ended, deadline](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    outcome late;
    late.status = REEVE_E_FAIL;
    late.error = cat("start() has not returned within ", format_duration(control_deadline));
    ended(late);
  });
  e.instance->start([&loop = loop_, ended](outcome out) {
    asio::post(loop, [ended, out = std::move(out)] { ended(out); });
  });
}

plugin_entry* plugin_set::find(const std::string& name, std::uint64_t incarnation) {
  const auto found = entries_.find(name);
  return found != entries_.end() && found->second.incarnation == incarnation ? &found->second : nullptr;
}

void plugin_set::on_started(const std::string& name, std::uint64_t incarnation, const outcome& out) {
  plugin_entry* e = find(name, incarnation);
  if (!e || !e->instance) return;
  if (out.status < 0) {
    e->failure = out.error;
    retire(std::move(e->instance), events_.remove(name));
    events_.report(events::plugin_cannot_start, {{"plugin", name}, {"reason", e->failure}});
    ran_(name);
    return;
  }
  events_.report(events::plugin_started,
                 {{"plugin", name}, {"version", e->instance->plugin()->version}, {"library", e->library}});
  if (e->instance->sink_severity())
    events_.attach(name, *e->instance, e->settings.deadline);
  else
    (void)events_.remove(name); // it said that it would be a sink and offers none
  if (e->instance->plugin()->ops->sample) {
    scheduler_.add(name, plan_of(e->settings), shared_.time.mono());
    arm();
  } else {
    ran_(name);
  }
}

void plugin_set::launch(const std::string& name, const plugin_host::tick& t) {
  const auto found = entries_.find(name);
  if (found == entries_.end() || !found->second.instance) return;
  found->second.instance->sample(t, [this, name, number = found->second.incarnation](outcome out) {
    asio::post(loop_, [this, name, number, out = std::move(out)]() mutable {
      on_sampled(name, number, std::move(out));
    });
  });
}

void plugin_set::on_sampled(const std::string& name, std::uint64_t incarnation, outcome out) {
  plugin_entry* e = find(name, incarnation);
  if (!e) return;
  const std::uint64_t dropped = out.counters.dropped_series_total - e->counters.dropped_series_total;
  if (dropped != 0 && !e->over_limit)
    events_.report(
        events::plugin_over_limit,
        {{"plugin", name}, {"max_series", cat(e->settings.max_series)}, {"dropped", cat(dropped)}});
  e->over_limit = dropped != 0;
  e->counters = out.counters;
  e->live_series = out.live_series;
  if (out.published) {
    e->last_success_unix = out.published->unix_time;
    board_.publish(name, std::move(out.published));
  }
  scheduler_.finished(name, out.status >= 0, out.error, shared_.time.mono());
  arm();
  ran_(name);
}

void plugin_set::arm() {
  const nanoseconds now = shared_.time.mono();
  const nanoseconds next = scheduler_.advance(now);
  timer_.expires_after(next - now);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) arm();
  });
}

void plugin_set::log_change(const std::string& name, const schedule::status& s) {
  const nanoseconds left = std::max(s.quarantined_until - shared_.time.mono(), nanoseconds{0});
  const auto whole_seconds = std::chrono::ceil<std::chrono::seconds>(left);
  switch (s.now) {
  case schedule::state::ok:
    events_.report(events::plugin_recovered, {{"plugin", name}});
    break;
  case schedule::state::quarantined:
    events_.report(events::plugin_quarantined, {{"plugin", name},
                                                {"reason", s.last_error},
                                                {"failures_in_a_row", cat(s.failures_in_a_row)},
                                                {"next_try_in", format_duration(whole_seconds)}});
    break;
  default:
    events_.report(s.now == schedule::state::late ? events::plugin_late : events::plugin_failing,
                   {{"plugin", name}, {"reason", s.last_error}});
  }
}

void plugin_set::remove(std::string_view name) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  board_.retire(name);
  take_down(found, false);
}

void plugin_set::take_down(std::map<std::string, plugin_entry, std::less<>>::iterator which, bool followed) {
  scheduler_.remove(which->first);
  plugin_host::event_batch last;
  if (followed)
    events_.detach(which->first);
  else
    last = events_.remove(which->first);
  if (which->second.instance) retire(std::move(which->second.instance), std::move(last));
  entries_.erase(which);
}

bool plugin_set::refresh(std::string_view name, nanoseconds patience) {
  if (!scheduler_.refresh(name, shared_.time.mono(), patience)) return false;
  arm();
  return true;
}

void plugin_set::retire(std::unique_ptr<instance> old, plugin_host::event_batch last) {
  const std::uint64_t number = next_number_++;
  instance& one = *(retiring_[number].instance = std::move(old));
  const auto closed = [this, number, offered = last.size()](const outcome& out) {
    asio::post(loop_, [this, number, offered, taken = out.taken] {
      const auto ended = retiring_.find(number);
      if (offered != 0) events_.closed(ended->second.instance->name(), offered, taken);
      retiring_.erase(ended);
      if (all_retired_ && nobody_to_wait_for()) std::exchange(all_retired_, nullptr)();
    });
  };
  one.close(closed, std::move(last));
}

bool plugin_set::nobody_to_wait_for() const {
  return std::all_of(retiring_.begin(), retiring_.end(), [](const auto& one) { return one.second.given_up; });
}

void plugin_set::close_all(nanoseconds bound, std::function<void()> done) {
  timer_.cancel();
  const auto is_sink = [](const plugin_entry& e) { return e.instance && e.instance->sink_severity(); };
  const auto all = [](const plugin_entry&) { return true; };
  const bool any =
      std::any_of(entries_.begin(), entries_.end(), [&](const auto& e) { return is_sink(e.second); });
  if (!any) {
    close_some(all, bound, std::move(done));
    return;
  }
  const nanoseconds for_sinks = bound / 2;
  close_some([is_sink](const plugin_entry& e) { return !is_sink(e); }, bound - for_sinks,
             [this, all, for_sinks, done = std::move(done)] { close_some(all, for_sinks, done); });
}

void plugin_set::close_some(const std::function<bool(const plugin_entry&)>& which, nanoseconds bound,
                            std::function<void()> done) {
  std::vector<std::string> names;
  for (const auto& [name, e] : entries_)
    if (which(e)) names.push_back(name);
  for (const std::string& name : names)
    remove(name);
  if (nobody_to_wait_for()) {
    asio::post(loop_, std::move(done));
    return;
  }
  all_retired_ = [this, done = std::move(done)] {
    close_timer_.cancel();
    done();
  };
  close_timer_.expires_after(bound);
  close_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || !all_retired_) return;
    for (auto& [number, stuck] : retiring_)
      if (!std::exchange(stuck.given_up, true))
        events_.report(events::plugin_stuck, {{"plugin", stuck.instance->name()}});
    std::exchange(all_retired_, nullptr)();
  });
}

bool plugin_set::settled() {
  settled_ = settled_ || (adopted_ && std::all_of(entries_.begin(), entries_.end(), [&](const auto& pair) {
                            const plugin_entry& e = pair.second;
                            if (!e.failure.empty() || !e.instance || !e.instance->plugin()->ops->sample)
                              return true;
                            const schedule::status* s = scheduler_.find(pair.first);
                            return s && s->now != schedule::state::starting;
                          }));
  return settled_;
}

} // namespace reeve::app
