// SPDX-License-Identifier: Apache-2.0
// Actions that take their time, on threads of their own, which are there from the first one on: services, of which the
// system's manager is asked, and memory dumps, one at a time. Loop thread only.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/remedy/target.hpp"
#include "reeve/telemetry/log.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace reeve::app {

class slow_actions {
 public:
  using done = std::function<void(result<>)>; // called later, on the loop

  slow_actions(boost::asio::io_context& loop, const clock& time, logger& log);
  ~slow_actions(); // waits for those that have begun; the others never do

  void keep_dumps(std::string folder, std::size_t count); // before the first dump

  void act_on_service(const remedy::action_request& r, done told);
  void dump(const remedy::action_request& r, done told);
  void cancel(std::uint64_t id); // it does not begin any more; what has begun goes on

  // A manager has not answered yet, which may take as long as an action may. Nothing breaks where nobody waits for it.
  bool waits_for_service() const noexcept;

 private:
  using work = std::function<result<>(nanoseconds patience)>; // on a thread of theirs
  struct under_way {
    std::shared_ptr<std::atomic<bool>> is_cancelled;
    bool is_of_service = false;
  };

  void begin(const remedy::action_request& r, boost::asio::thread_pool& threads, work what, done told);

  boost::asio::io_context& loop_;
  const clock& time_;
  logger& log_;
  std::string dump_folder_;
  std::size_t dumps_kept_ = 1;
  std::map<std::uint64_t, under_way> under_way_;
  std::optional<boost::asio::thread_pool> services_, dumps_;
};

} // namespace reeve::app
