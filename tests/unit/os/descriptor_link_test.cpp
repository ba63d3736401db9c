// SPDX-License-Identifier: Apache-2.0
// Link texts as Linux 4.19 to 6.12 write them.
#include "parse/descriptor_link.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <set>
#include <string>

namespace reeve::os::parse {
namespace {

struct link_case {
  const char* target;
  handle_kind kind;
  bool ask_the_file;
};

TEST(descriptor_link, tells_its_kind) {
  for (const link_case& c : std::initializer_list<link_case>{
           {"socket:[123]", handle_kind::socket, false},
           {"pipe:[4711]", handle_kind::pipe, false},
           {"anon_inode:[eventfd]", handle_kind::event, false},
           {"anon_inode:[eventpoll]", handle_kind::event, false},
           {"anon_inode:[timerfd]", handle_kind::event, false},
           {"anon_inode:[signalfd]", handle_kind::event, false},
           {"anon_inode:inotify", handle_kind::event, false},
           {"anon_inode:[fanotify]", handle_kind::event, false},
           {"anon_inode:[pidfd]", handle_kind::process, false},
           {"pidfd:[4294969000]", handle_kind::process, false},
           {"anon_inode:bpf-map", handle_kind::other, false},
           {"anon_inode:[io_uring]", handle_kind::other, false},
           {"net:[4026531840]", handle_kind::other, false},
           {"/dmabuf:x", handle_kind::file, true},
           {"/memfd:shared pages (deleted)", handle_kind::shared_memory, false},
           {"/memfd:", handle_kind::file, true},
           {"/dev/shm/sem.x", handle_kind::shared_memory, true},
           {"/dev/null", handle_kind::device, true},
           {"/dev/pts/3", handle_kind::device, true},
           {"/dev/mqueue/q", handle_kind::file, true},
           {"/var/log/messages", handle_kind::file, true},
           {"/var/log/messages (deleted)", handle_kind::file, true},
           {"/", handle_kind::file, true},
           {"(unreachable)/tmp/x", handle_kind::file, true},
           {"", handle_kind::other, false},
           {"anon_inode:", handle_kind::other, false},
           {"tmp/socket:[1]", handle_kind::other, false},
       }) {
    const descriptor_link got = parse_descriptor_link(c.target);
    EXPECT_EQ(got.kind, c.kind) << c.target << ": " << name_of(got.kind);
    EXPECT_EQ(got.ask_the_file, c.ask_the_file) << c.target;
  }
}

TEST(handle_kind_names, are_different) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < handle_kinds; ++i)
    names.insert(name_of(static_cast<handle_kind>(i)));
  EXPECT_EQ(names.size(), handle_kinds);
}

} // namespace
} // namespace reeve::os::parse
