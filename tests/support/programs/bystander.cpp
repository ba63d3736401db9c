// SPDX-License-Identifier: Apache-2.0
// A process to be looked at:  bystander wait [T F]      says "ready", ends with its standard input; meanwhile
// it
//                                                       has T threads more and F open files more
//                             bystander print ARG...    each argument in brackets on its own line
//                             bystander environment N   the variable N
//                             bystander directory       where it stands
//                             bystander exit CODE
//                             bystander stay             until it is asked to end
//                             bystander heed             says "ready"; 11 after Ctrl+C or SIGINT, 12 after Ctrl+Break
//                             bystander deaf             says "ready" and ends only when it is killed
//                             bystander lines N          "line 0" and on
//                             bystander exists FILE      ends with 0 where it is there, else with 1
//                             bystander leap FILE COUNT  COUNT open files more at once when that file is there, which goes
//                             bystander hold FILE        has it open, says "ready", stays
//                             bystander kill PID         that process, at once
//                             bystander wait-for FILE C  until that file is there; then exit code C
#include "tests/support/process_habits.hpp"
#include "tests/support/utf8_main.hpp"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

class waiting_threads {
 public:
  explicit waiting_threads(int count) {
    for (int i = 0; i < count; ++i)
      threads_.emplace_back([this] {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return end_; });
      });
  }
  ~waiting_threads() {
    {
      const std::lock_guard lock(mutex_);
      end_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_)
      thread.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool end_ = false;
  std::vector<std::thread> threads_;
};

int wait_for_end_of_input(int threads, int files, const char* file) {
  const waiting_threads more(threads);
  std::vector<std::ifstream> open_files;
  for (int i = 0; i < files; ++i)
    if (!open_files.emplace_back(file, std::ios::binary)) return 1;
  std::cout << "ready" << std::endl;
  while (std::cin.get() != std::char_traits<char>::eof()) {
  }
  return 0;
}

int stay() {
  for (;;)
    std::this_thread::sleep_for(std::chrono::hours(1));
}

void wait_for(const char* file) {
  while (!std::filesystem::exists(file))
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

int leap(const char* file, const char* go, int count) {
  wait_for(go);
  std::filesystem::remove(go);
  std::vector<std::ifstream> open_files;
  for (int i = 0; i < count; ++i)
    if (!open_files.emplace_back(file, std::ios::binary)) return 1;
  return stay();
}

int heed() {
  std::signal(SIGINT, [](int) { std::_Exit(11); });
#ifdef SIGBREAK
  std::signal(SIGBREAK, [](int) { std::_Exit(12); });
#endif
  std::cout << "ready" << std::endl;
  return stay();
}

int be_deaf() {
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
#ifdef SIGBREAK
  std::signal(SIGBREAK, SIG_IGN);
#endif
  std::cout << "ready" << std::endl;
  return stay();
}

int print_lines(long count) {
  for (long i = 0; i < count; ++i)
    std::cout << "line " << i << '\n';
  return std::cout.flush() ? 0 : 1;
}

} // namespace

int utf8_main(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "wait")
    return argc == 4 ? wait_for_end_of_input(std::atoi(argv[2]), std::atoi(argv[3]), argv[0])
                     : wait_for_end_of_input(0, 0, argv[0]);
  if (verb == "print") {
    for (int i = 2; i < argc; ++i)
      std::cout << '[' << argv[i] << "]\n";
    return 0;
  }
  if (verb == "environment" && argc == 3) {
    std::cout << reeve::test::environment_variable(argv[2]).value_or("(unset)") << '\n';
    return 0;
  }
  if (verb == "directory") {
    std::cout << std::filesystem::current_path().string() << '\n';
    return 0;
  }
  if (verb == "exit" && argc == 3) return std::atoi(argv[2]);
  if (verb == "stay") return stay();
  if (verb == "heed") return heed();
  if (verb == "deaf") return be_deaf();
  if (verb == "lines" && argc == 3) return print_lines(std::atol(argv[2]));
  if (verb == "exists" && argc == 3) return std::filesystem::exists(argv[2]) ? 0 : 1;
  if (verb == "leap" && argc == 4) return leap(argv[0], argv[2], std::atoi(argv[3]));
  if (verb == "hold" && argc == 3) {
    const std::ifstream file(argv[2], std::ios::binary);
    std::cout << "ready" << std::endl;
    return file ? stay() : 1;
  }
  if (verb == "kill" && argc == 3) return reeve::test::kill_process(std::atol(argv[2])) ? 0 : 1;
  if (verb == "wait-for" && argc == 4) {
    wait_for(argv[2]);
    return std::atoi(argv[3]);
  }
  std::cerr << "bystander wait [THREADS FILES] | print ARG... | environment NAME | directory | exit CODE | "
               "stay | heed | deaf | lines N | leap FILE COUNT | hold FILE | kill PID | wait-for "
               "FILE CODE\n";
  return 2;
}
