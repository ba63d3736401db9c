// SPDX-License-Identifier: Apache-2.0
// A process that uses files:  descriptors leak MILLISECONDS           one more for ever, every so often
//                             descriptors leak-sockets MILLISECONDS   likewise, but sockets
//                             descriptors sawtooth MILLISECONDS MOST  one more every so often; at MOST all are closed
//                             descriptors still FILES                 so many, once
// It says "ready" and ends with its standard input.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <functional>
#include <iostream>
#include <mutex>
#include <string_view>
#include <thread>

namespace {

// Calls `open` every so often, on a thread of its own.
class opener {
 public:
  opener(std::chrono::milliseconds pause, std::function<void()> open)
      : thread_([=, this] { run(pause, open); }) {}
  ~opener() {
    {
      const std::lock_guard lock(mutex_);
      end_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  void run(std::chrono::milliseconds pause, const std::function<void()>& open) {
    auto due = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    while (!end_) {
      open();
      due += pause; // a wait that took longer is made up for, so that the rate is right
      changed_.wait_until(lock, due, [this] { return end_; });
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool end_ = false;
  std::thread thread_; // last: it uses what is above
};

void wait_for_end_of_input() {
  std::cout << "ready" << std::endl;
  while (std::cin.get() != std::char_traits<char>::eof()) {
  }
}

} // namespace

int main(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if ((verb == "leak" && argc == 3) || (verb == "sawtooth" && argc == 4)) {
    std::deque<std::ifstream> files;
    const auto most = static_cast<std::size_t>(argc == 4 ? std::atoi(argv[3]) : 0);
    const opener opens(std::chrono::milliseconds(std::atoi(argv[2])), [&] {
      if (most != 0 && files.size() >= most) files.clear();
      files.emplace_back(argv[0], std::ios::binary);
    });
    wait_for_end_of_input();
    return 0;
  }
  if (verb == "leak-sockets" && argc == 3) {
    boost::asio::io_context context;
    std::deque<boost::asio::ip::udp::socket> sockets;
    const opener opens(std::chrono::milliseconds(std::atoi(argv[2])),
                       [&] { sockets.emplace_back(context, boost::asio::ip::udp::v4()); });
    wait_for_end_of_input();
    return 0;
  }
  if (verb == "still" && argc == 3) {
    std::deque<std::ifstream> files;
    for (int i = 0; i < std::atoi(argv[2]); ++i)
      files.emplace_back(argv[0], std::ios::binary);
    wait_for_end_of_input();
    return 0;
  }
  std::cerr << "descriptors leak MILLISECONDS | leak-sockets MILLISECONDS | sawtooth MILLISECONDS MOST | "
               "still FILES\n";
  return 2;
}
