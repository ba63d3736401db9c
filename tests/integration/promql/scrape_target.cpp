// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/promql/scrape_target.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/exposition/render.hpp"
#include "reeve/http/server.hpp"
#include "reeve/store/batch.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <limits>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace reeve::test {

namespace {

bool is_failure(int n) {
  return n == 9 || n == 10 || n == 17;
}

class plan {
 public:
  store::snapshot_ptr next(int n) {
    batch_.begin();
    put("scrape_number", {}, n);
    put("work_total", {{"name", "steady"}}, n * 3.5);
    put("work_total", {{"name", "begun_anew"}}, n % 13 * 2.0 + 1);
    put("odd_value", {}, n % 5 == 0 ? std::numeric_limits<double>::quiet_NaN() : n);
    if (n % 8 != 3 && n % 8 != 4) put("seen", {{"name", "often"}}, n);
    if (n < 12 || n >= 20) put("work_total", {{"name", "away"}}, n < 12 ? 100.0 + n : n - 20.0);
    if (n % 2 == 0) put("seen", {{"name", "each_second"}}, n);
    if (n >= 15) put("seen", {{"name", "late"}}, 1);
    if (n < 23) put("seen", {{"name", "ended"}}, -n);
    if (n < 6 || n >= last - 2) put("seen", {{"name", "at_both_ends"}}, n);
    if (n % 11 != 0) put_histogram(n);
    return batch_.commit(nanoseconds{0}, nanoseconds{0}, static_cast<std::uint64_t>(n));
  }

 private:
  using label_list = std::vector<std::pair<std::string, std::string>>;
  static constexpr int last = scrape_target::last;

  store::family_id family(std::string name, const label_list& labels, store::metric_kind kind) {
    store::family_spec spec;
    spec.name = std::move(name);
    spec.kind = kind;
    for (const auto& l : labels)
      spec.label_keys.push_back(l.first);
    if (kind == store::metric_kind::histogram) spec.bounds = {0.5, 1, 10};
    return *batch_.family(spec);
  }

  void put(std::string_view metric, const label_list& labels, double value) {
    constexpr std::string_view total = "_total";
    const bool is_counter = metric.ends_with(total);
    if (is_counter) metric.remove_suffix(total.size());
    std::vector<store::label_value> values;
    for (const auto& l : labels)
      values.push_back({l.second, 0});
    const auto id = family(std::string(metric), labels,
                           is_counter ? store::metric_kind::counter : store::metric_kind::gauge);
    (void)batch_.add(id, values, value);
  }

  void put_histogram(int n) {
    const auto count = static_cast<std::uint64_t>(n);
    const std::vector<std::uint64_t> buckets{count, count, 0, count * 2};
    (void)batch_.add_histogram(family("spread", {}, store::metric_kind::histogram), {}, n * 7.25, count * 4,
                               buckets);
  }

  store::batch batch_{store::batch_limits{}};
};

} // namespace

struct scrape_target::state {
  boost::asio::io_context loop;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{loop.get_executor()};
  std::unique_ptr<http::server> server; // on the loop
  std::uint16_t port = 0;
  plan made;       // on the loop
  int scrapes = 0; // on the loop
  std::atomic<bool> is_away{false};
  std::mutex mutex; // of answers
  std::map<int, store::snapshot_ptr> answers;
  std::thread thread;

  void on_loop(const std::function<void()>& f) {
    std::promise<void> done;
    boost::asio::post(loop, [&] {
      f();
      done.set_value();
    });
    done.get_future().wait();
  }

  // False: the port is taken.
  bool listen() {
    http::server_options options;
    options.listen = {cat(scrape_target::address, ":", port)};
    auto opened = http::server::create(loop, std::move(options));
    if (!opened) return false;
    server = *std::move(opened);
    server->route("GET", "/metrics",
                  [this](const http::request&, const http::reply& reply) { reply(answer()); });
    is_away = false;
    return true;
  }

  http::response answer() {
    const int n = std::min(scrapes + 1, last);
    http::response out;
    if (is_failure(n)) {
      out.status = 500;
    } else {
      const store::snapshot_ptr next = made.next(n);
      exposition::renderer text({next}, exposition::format::openmetrics);
      while (text.next(out.body)) {
      }
      out.content_type = exposition::content_type(exposition::format::openmetrics);
      const std::lock_guard lock(mutex);
      answers.emplace(n, next);
    }
    if (n == goes_away)
      server->stop(std::chrono::seconds(2), [this] {
        boost::asio::post(loop, [this] {
          server.reset();
          is_away = true;
        });
      });
    scrapes = n;
    return out;
  }
};

scrape_target::scrape_target(std::uint16_t port) : state_(std::make_unique<state>()) {
  state_->port = port;
  if (!state_->listen()) throw std::runtime_error("the port is taken");
  state_->thread = std::thread([s = state_.get()] { s->loop.run(); });
}

scrape_target::~scrape_target() {
  state_->on_loop([this] { state_->server.reset(); });
  state_->loop.stop();
  state_->thread.join();
}

bool scrape_target::is_away() const noexcept {
  return state_->is_away;
}
bool scrape_target::come_back() {
  bool out = false;
  state_->on_loop([&] { out = state_->listen(); });
  return out;
}

store::snapshot_ptr scrape_target::answer(int number) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->answers.find(number);
  return found == state_->answers.end() ? nullptr : found->second;
}

} // namespace reeve::test
