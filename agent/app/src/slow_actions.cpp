// SPDX-License-Identifier: Apache-2.0
#include "slow_actions.hpp"

#include "dump_folder.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/process_control.hpp"
#include "reeve/os/service_control.hpp"
#include "reeve/remedy/engine.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace reeve::app {

namespace {

using remedy::target;
using remedy::target_kind;

// A service is known by its name only.
result<process_id> id_to_dump(const target& t) {
  if (t.id.pid != 0) return t.id;
  const error none{errc::not_found, cat(t.description, " does not run"), 0};
  if (t.kind != target_kind::service) return none;
  const auto manager = os::service_manager::create();
  if (!manager) return manager.error();
  const auto status = (*manager)->status(t.name);
  if (!status) return status.error();
  if (status->pid == 0) return none;
  const auto facts = os::look_at_process(status->pid);
  if (!facts) return facts.error();
  return facts->id;
}

result<> ask_manager(const std::string& action, const std::string& service, nanoseconds patience) {
  const auto manager = os::service_manager::create();
  if (!manager) return manager.error();
  if (action == "restart") return (*manager)->restart(service, patience);
  if (action == "start") return (*manager)->start(service, patience);
  if (action == "stop") return (*manager)->stop(service, patience);
  if (action == "reload") return (*manager)->reload(service, patience);
  return error{errc::unsupported, cat(action, " cannot be done to a service"), 0};
}

} // namespace

slow_actions::slow_actions(boost::asio::io_context& loop, const clock& time, logger& log)
    : loop_(loop), time_(time), log_(log) {}

slow_actions::~slow_actions() {
  for (auto* const threads : {&services_, &dumps_}) {
    if (!*threads) continue;
    (*threads)->stop();
    (*threads)->join();
  }
}

void slow_actions::keep_dumps(std::string folder, std::size_t count) {
  dump_folder_ = std::move(folder);
  dumps_kept_ = count;
}

void slow_actions::begin(const remedy::action_request& r, boost::asio::thread_pool& threads, work what,
                         done told) {
  const auto is_cancelled = std::make_shared<std::atomic<bool>>(false);
  under_way_[r.id] = {is_cancelled, r.who.kind == target_kind::service && r.action != "dump"};
  boost::asio::post(threads, [this, is_cancelled, id = r.id, until = time_.mono() + r.timeout,
                              what = std::move(what), told = std::move(told)]() mutable {
    const nanoseconds left = until - time_.mono();
    result<> end = error{errc::timed_out, "its time was over before its turn came", 0};
    if (!*is_cancelled && left > nanoseconds(0)) end = what(left);
    boost::asio::post(loop_, [this, id, told = std::move(told), end] {
      under_way_.erase(id);
      told(end);
    });
  });
}

void slow_actions::act_on_service(const remedy::action_request& r, done told) {
  if (!services_) services_.emplace(remedy::engine::most_in_flight);
  begin(
      r, *services_,
      [action = r.action, service = r.who.name](nanoseconds patience) {
        return ask_manager(action, service, patience);
      },
      std::move(told));
}

void slow_actions::dump(const remedy::action_request& r, done told) {
  if (!dumps_) dumps_.emplace(1);
  begin(
      r, *dumps_,
      [this, who = r.who, folder = dump_folder_, keep = dumps_kept_](nanoseconds patience) -> result<> {
        const auto id = id_to_dump(who);
        if (!id) return id.error();
        const std::string& name = who.kind == target_kind::process ? who.name : who.program;
        const auto file = write_dump(folder, keep, *id, name, time_.unix_time(), patience);
        if (!file) return file.error();
        log_.write(log_level::info, "remedy", "wrote a dump", {{"target", who.description}, {"file", *file}});
        return {};
      },
      std::move(told));
}

void slow_actions::cancel(std::uint64_t id) {
  if (const auto at = under_way_.find(id); at != under_way_.end()) *at->second.is_cancelled = true;
}

bool slow_actions::waits_for_service() const noexcept {
  return std::ranges::any_of(under_way_, [](const auto& a) { return a.second.is_of_service; });
}

} // namespace reeve::app
