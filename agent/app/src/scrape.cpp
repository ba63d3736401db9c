// SPDX-License-Identifier: Apache-2.0
#include "scrape.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/exposition/render.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <utility>

namespace reeve::app {

namespace {

class exposition_stream final : public http::body_source {
 public:
  // `counters` outlives every stream: the server goes first.
  exposition_stream(std::vector<store::snapshot_ptr> snapshots, exposition::format f,
                    scraper::counters& counters)
      : renderer_(std::move(snapshots), f), counters_(counters) {}
  ~exposition_stream() override {
    counters_.dropped_families_total += renderer_.dropped_families();
    counters_.dropped_series_total += renderer_.dropped_series();
  }
  bool next(std::string& chunk, std::size_t at_least) override { return renderer_.next(chunk, at_least); }

 private:
  exposition::renderer renderer_;
  scraper::counters& counters_;
};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

// A scrape that waits for runs to end.
struct scraper::waiting {
  http::request request;
  http::reply reply;
  std::vector<std::string> sources; // empty: all
  std::vector<std::string> runs;    // plugins whose runs are awaited
  boost::asio::steady_timer timer;
};

scraper::scraper(boost::asio::io_context& loop, const clock& time, plugin_set& plugins,
                 const store::board& board, std::function<store::snapshot_ptr()> own)
    : loop_(loop), time_(time), plugins_(plugins), board_(board), own_(std::move(own)) {}

void scraper::handle(http::request request, http::reply reply) {
  ++counters_.scrapes_total;
  std::vector<std::string> sources;
  for (const auto& [key, value] : request.query) {
    if (key != "collect[]") continue;
    if (value != own_source && !plugins_.entries().contains(value)) {
      std::string known = own_source;
      for (const auto& [name, entry] : plugins_.entries())
        known += ", " + name;
      http::response out{400, "text/plain; charset=utf-8",
                         cat("no plugin is named \"", value, "\"; collect[] takes one of: ", known, "\n")};
      reply(std::move(out));
      return;
    }
    if (!contains(sources, value)) sources.push_back(value);
  }

  std::vector<std::string> runs;
  const nanoseconds now = time_.mono();
  for (const auto& [name, entry] : plugins_.entries()) {
    if (!sources.empty() && !contains(sources, name)) continue;
    const auto latest = board_.latest(name);
    if (latest && now - latest->mono_time <= entry.settings.max_age) continue;
    if (plugins_.refresh(name, options_.refresh_deadline)) runs.push_back(name);
  }
  if (runs.empty()) {
    serve(request, reply, sources);
    return;
  }

  auto one = std::make_shared<waiting>(waiting{std::move(request), std::move(reply), std::move(sources),
                                               std::move(runs), boost::asio::steady_timer(loop_)});
  waiting_.push_back(one);
  one->timer.expires_after(options_.refresh_deadline);
  one->timer.async_wait([this, one](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    ++counters_.refreshes_missed_total;
    waiting_.remove(one);
    serve(one->request, one->reply, one->sources);
  });
}

void scraper::on_ran(const std::string& plugin) {
  std::vector<std::shared_ptr<waiting>> complete;
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    std::erase((*at)->runs, plugin);
    if ((*at)->runs.empty()) {
      complete.push_back(*at);
      at = waiting_.erase(at);
    } else {
      ++at;
    }
  }
  for (const auto& one : complete)
    if (one->timer.cancel() > 0) serve(one->request, one->reply, one->sources);
}

void scraper::serve(const http::request& request, const http::reply& reply,
                    const std::vector<std::string>& sources) {
  std::vector<store::snapshot_ptr> snapshots;
  if (sources.empty() || contains(sources, own_source)) snapshots.push_back(own_());
  for (store::board::entry& e : board_.view())
    if (sources.empty() || contains(sources, e.source)) snapshots.push_back(std::move(e.latest));
  const exposition::format format = exposition::negotiate(request.accept);
  http::response out;
  out.content_type = exposition::content_type(format);
  out.headers.emplace_back("Vary", "Accept");
  out.stream = std::make_unique<exposition_stream>(std::move(snapshots), format, counters_);
  reply(std::move(out));
}

} // namespace reeve::app
