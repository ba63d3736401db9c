// SPDX-License-Identifier: Apache-2.0
// One question of a probe: looks up, connects, keeps the deadline, and answers once. What is said over the connection is
// for who derives from it.
#pragma once

#include "connection.hpp"
#include "reeve/http/probe.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace reeve::http {

class probe_attempt : public std::enable_shared_from_this<probe_attempt> {
 public:
  using done = std::function<void(probe_answer)>;

  probe_attempt(boost::asio::io_context& loop, endpoint to, nanoseconds timeout, done answer);
  virtual ~probe_attempt() = default;

  void start();
  void abandon() noexcept; // without an answer

 protected:
  virtual void connected() = 0;
  // What did not happen in time, once connected: "did not answer".
  virtual std::string missing() const = 0;

  void finish(bool passed, std::string text);
  bool is_over() const noexcept { return !answer_; }
  std::string peer() const { return to_string(to_); }
  tcp_socket& socket() noexcept { return socket_; }

 private:
  using steady = std::chrono::steady_clock;
  using loop_timer =
      boost::asio::basic_waitable_timer<steady, boost::asio::wait_traits<steady>, loop_executor>;
  using resolver = boost::asio::ip::basic_resolver<boost::asio::ip::tcp, loop_executor>;
  enum class phase { looking_up, connecting, connected };

  void find_addresses();
  void connect(std::size_t index);
  void close() noexcept;
  void on_deadline();

  endpoint to_;
  nanoseconds timeout_;
  done answer_;
  tcp_socket socket_;
  resolver resolver_;
  loop_timer deadline_;
  phase phase_ = phase::looking_up;
  std::vector<boost::asio::ip::tcp::endpoint> addresses_;
  boost::system::error_code first_failure_; // of connecting
};

// A probe whose questions are each one Attempt about `what`; the next question takes the place of one that is not over.
template <class Attempt, class What>
class probe_of final : public probe {
 public:
  probe_of(boost::asio::io_context& loop, What what) : loop_(loop), what_(std::move(what)) {}
  ~probe_of() override { abandon_former(); }

  void ask(nanoseconds timeout, std::function<void(probe_answer)> done) override {
    abandon_former();
    const auto next = std::make_shared<Attempt>(loop_, what_, timeout, std::move(done));
    running_ = next;
    next->start();
  }

 private:
  void abandon_former() noexcept {
    if (const auto former = running_.lock()) former->abandon();
  }

  boost::asio::io_context& loop_;
  What what_;
  std::weak_ptr<probe_attempt> running_; // its pending operations hold it
};

} // namespace reeve::http
