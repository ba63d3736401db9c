// SPDX-License-Identifier: Apache-2.0
// A program that gives its keeper work:  troublemaker flood BYTES        numbered lines, as fast as they are taken
//                                        troublemaker steady FILE        numbered lines until that file is there, one a
//                                                                        millisecond; the last one is "end N"
//                                        troublemaker mute FILE CODE     closes its output, then as bystander wait-for
//                                        troublemaker show NAME ARG...   its folder, the variable NAME and each ARG, each
//                                                                        ended by a zero byte
// See relatives.cpp for those that fork.
#include "tests/support/utf8_main.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>

namespace {

using namespace std::chrono_literals;

constexpr std::size_t line_size = 64;

// "00000000000000000042 ....\n", always line_size bytes.
void write_number(char* line, std::uint64_t n) {
  for (int i = 19; i >= 0; --i, n /= 10)
    line[i] = static_cast<char>('0' + n % 10);
}

int flood(std::uint64_t bytes) {
  constexpr std::size_t lines = 1024;
  std::string block;
  for (std::size_t i = 0; i < lines; ++i)
    block += std::string(20, '0') + ' ' + std::string(line_size - 22, '.') + '\n';
  std::uint64_t n = 0;
  for (; n < bytes / line_size; n += lines) {
    for (std::size_t i = 0; i < lines; ++i)
      write_number(block.data() + i * line_size, n + i);
    if (std::fwrite(block.data(), 1, block.size(), stdout) != block.size()) return 1;
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}

int write_until(const char* file) {
  std::uint64_t n = 0;
  for (; !std::filesystem::exists(file); ++n) {
    if (std::printf("line %llu\n", static_cast<unsigned long long>(n)) < 0 || std::fflush(stdout) != 0)
      return 1;
    std::this_thread::sleep_for(1ms);
  }
  return std::printf("end %llu\n", static_cast<unsigned long long>(n)) > 0 && std::fflush(stdout) == 0 ? 0
                                                                                                       : 1;
}

int be_mute(const char* file, int code) {
  std::puts("before");
  std::fclose(stdout);
  std::fclose(stderr);
  while (!std::filesystem::exists(file))
    std::this_thread::sleep_for(2ms);
  return code;
}

void put(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\0', stdout);
}

int show(int argc, char** argv) {
  const std::u8string folder = std::filesystem::current_path().u8string();
  put({reinterpret_cast<const char*>(folder.data()), folder.size()});
  put(reeve::test::environment_variable(argv[2]).value_or("(unset)"));
  for (int i = 3; i < argc; ++i)
    put(argv[i]);
  return 0;
}

} // namespace

int utf8_main(int argc, char** argv) {
  reeve::test::write_bytes_as_they_are();
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "flood" && argc == 3) return flood(std::strtoull(argv[2], nullptr, 10));
  if (verb == "steady" && argc == 3) return write_until(argv[2]);
  if (verb == "mute" && argc == 4) return be_mute(argv[2], std::atoi(argv[3]));
  if (verb == "show" && argc >= 3) return show(argc, argv);
  std::fputs("troublemaker flood BYTES | steady FILE | mute FILE CODE | show NAME ARG...\n", stderr);
  return 2;
}
