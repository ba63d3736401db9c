// SPDX-License-Identifier: Apache-2.0
#include "probe_attempt.hpp"
#include "reeve/base/strings.hpp"

#include <utility>

namespace reeve::http {

namespace {

class tcp_attempt final : public probe_attempt {
 public:
  using probe_attempt::probe_attempt;

 private:
  void connected() override { finish(true, cat(peer(), " takes connections")); }
  std::string missing() const override { return {}; }
};

class tcp_probe final : public probe {
 public:
  tcp_probe(boost::asio::io_context& loop, endpoint to) : loop_(loop), to_(std::move(to)) {}
  ~tcp_probe() override {
    if (const auto former = running_.lock()) former->abandon();
  }

  void ask(nanoseconds timeout, std::function<void(probe_answer)> done) override {
    if (const auto former = running_.lock()) former->abandon();
    const auto next = std::make_shared<tcp_attempt>(loop_, to_, timeout, std::move(done));
    running_ = next;
    next->start();
  }

 private:
  boost::asio::io_context& loop_;
  endpoint to_;
  std::weak_ptr<probe_attempt> running_; // its pending operations hold it
};

} // namespace

std::unique_ptr<probe> make_tcp_probe(boost::asio::io_context& loop, endpoint to) {
  return std::make_unique<tcp_probe>(loop, std::move(to));
}

} // namespace reeve::http
