// SPDX-License-Identifier: Apache-2.0
// A process that uses files:  descriptors leak MILLISECONDS           one more for ever, every so often
//                             descriptors sawtooth MILLISECONDS MOST  one more every so often; at MOST all are closed
//                             descriptors still FILES                 so many, once
// It says "ready" and ends with its standard input.
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <mutex>
#include <string_view>
#include <thread>

namespace {

class file_user {
 public:
  file_user(const char* file, std::chrono::milliseconds pause, std::size_t most)
      : thread_([=, this] { use(file, pause, most); }) {}
  ~file_user() {
    {
      const std::lock_guard lock(mutex_);
      end_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  void use(const char* file, std::chrono::milliseconds pause, std::size_t most) {
    std::deque<std::ifstream> files;
    auto due = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    while (!end_) {
      if (most != 0 && files.size() >= most) files.clear();
      files.emplace_back(file, std::ios::binary);
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
  if (verb == "leak" && argc == 3) {
    const file_user user(argv[0], std::chrono::milliseconds(std::atoi(argv[2])), 0);
    wait_for_end_of_input();
    return 0;
  }
  if (verb == "sawtooth" && argc == 4) {
    const file_user user(argv[0], std::chrono::milliseconds(std::atoi(argv[2])),
                         static_cast<std::size_t>(std::atoi(argv[3])));
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
  std::cerr << "descriptors leak MILLISECONDS | sawtooth MILLISECONDS MOST | still FILES\n";
  return 2;
}
