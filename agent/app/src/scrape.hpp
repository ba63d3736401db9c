// SPDX-License-Identifier: Apache-2.0
// GET /metrics: refresh what is too old, within a short deadline, then stream what is there. Loop thread only.
#pragma once

#include "plugin_set.hpp"

#include "reeve/base/clock.hpp"
#include "reeve/http/server.hpp"
#include "reeve/store/board.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace reeve::app {

class scraper {
 public:
  struct options {
    nanoseconds refresh_deadline{0};
  };
  struct counters {
    std::uint64_t scrapes_total = 0;
    std::uint64_t refreshes_missed_total =
        0; // scrapes that served older samples because a run did not end in time
    // Left out of responses because another source had the name, summed over all scrapes.
    std::uint64_t dropped_families_total = 0;
    std::uint64_t dropped_series_total = 0;
  };

  // `own` makes the agent's own metrics; it is asked at each scrape.
  scraper(boost::asio::io_context& loop, const clock& time, plugin_set& plugins, const store::board& board,
          std::function<store::snapshot_ptr()> own);

  void set(const options& o) { options_ = o; }
  void handle(http::request request, http::reply reply);
  void on_ran(const std::string& plugin); // a run ended
  const counters& count() const noexcept { return counters_; }

 private:
  struct waiting;
  void serve(const http::request& request, const http::reply& reply, const std::vector<std::string>& sources);

  boost::asio::io_context& loop_;
  const clock& time_;
  plugin_set& plugins_;
  const store::board& board_;
  std::function<store::snapshot_ptr()> own_;
  options options_;
  counters counters_;
  std::list<std::shared_ptr<waiting>> waiting_; // bounded by the server's connections
};

// The source name under which the agent's own metrics are filtered.
inline constexpr const char* own_source = "agent";

} // namespace reeve::app
