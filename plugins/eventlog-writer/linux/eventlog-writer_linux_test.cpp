// SPDX-License-Identifier: Apache-2.0
// Over sockets of the test: what arrives, and what happens when nobody reads, listens or comes back.
#include "journal_entry.hpp"
#include "linux/test_socket.hpp"
#include "system_log.hpp"

#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

namespace reeve::eventlog_writer {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::MatchesRegex;

record an_event(std::string message) {
  record r;
  r.id = 5;
  r.source = "p";
  r.name = "a.b";
  r.message = std::move(message);
  r.unix_ns = 1'764'100'800'000'000'000;
  return r;
}

class system_log_on_linux : public testing::Test {
 protected:
  system_log_on_linux() {
    options_.journal_socket = (folder_ / "journal").string();
    options_.syslog_socket = (folder_ / "syslog").string();
  }
  void make() { log_ = make_system_log(options_); }

  test::temp_dir folder_;
  system_log_options options_;
  std::unique_ptr<system_log> log_;
};

TEST_F(system_log_on_linux, an_entry_is_one_datagram) {
  test_socket journal(options_.journal_socket);
  make();
  const record r = an_event("two\nlines");
  EXPECT_EQ(log_->write(r), write_result::written);
  EXPECT_EQ(log_->backend(), "journal");
  const auto got = journal.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->bytes, journal_entry(r, "reeve"));
  EXPECT_FALSE(got->was_file);
  EXPECT_FALSE(journal.receive());
}

TEST_F(system_log_on_linux, what_is_too_long_for_a_datagram_goes_as_a_sealed_file) {
  test_socket journal(options_.journal_socket);
  make();
  const record r = an_event(std::string(20'000'000, 'x')); // over any limit of a socket's buffer
  ASSERT_EQ(log_->write(r), write_result::written) << log_->trouble();
  const auto got = journal.receive();
  ASSERT_TRUE(got);
  EXPECT_TRUE(got->was_file);
  EXPECT_EQ(got->seals, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
  EXPECT_TRUE(got->bytes == journal_entry(r, "reeve"));
}

TEST_F(system_log_on_linux, a_daemon_that_does_not_read_is_not_waited_for) {
  test_socket journal(options_.journal_socket);
  make();
  int written = 0;
  while (log_->write(an_event("x")) == write_result::written)
    ASSERT_LT(++written, 1'000'000);
  EXPECT_GT(written, 0);
  EXPECT_EQ(log_->write(an_event("x")), write_result::later);
  ASSERT_TRUE(journal.receive());
  EXPECT_EQ(log_->write(an_event("x")), write_result::written);
}

TEST_F(system_log_on_linux, a_daemon_that_comes_back_is_found_again) {
  options_.backend = "journal";
  auto journal = std::make_unique<test_socket>(options_.journal_socket);
  make();
  ASSERT_EQ(log_->write(an_event("one")), write_result::written);
  journal.reset();
  EXPECT_EQ(log_->write(an_event("two")), write_result::later);
  EXPECT_THAT(log_->trouble(), HasSubstr(options_.journal_socket));
  journal = std::make_unique<test_socket>(options_.journal_socket);
  EXPECT_EQ(log_->write(an_event("three")), write_result::written);
  journal.reset();
  journal = std::make_unique<test_socket>(options_.journal_socket);
  EXPECT_EQ(log_->write(an_event("four")), write_result::written) << "in the same call";
  EXPECT_THAT(journal->receive()->bytes, HasSubstr("MESSAGE=four\n"));
}

TEST_F(system_log_on_linux, syslog_gets_a_line_where_there_is_no_journal) {
  test_socket syslog(options_.syslog_socket);
  make();
  ASSERT_EQ(log_->write(an_event("hello")), write_result::written);
  EXPECT_EQ(log_->backend(), "syslog");
  EXPECT_EQ(syslog.receive()->bytes.substr(0, 4), "<30>");
  ASSERT_EQ(log_->write(an_event("hello")), write_result::written);
  EXPECT_THAT(syslog.receive()->bytes, MatchesRegex("<30>Nov 2[56] [0-9][0-9]:[0-9][0-9]:00 reeve\\[" +
                                                    std::to_string(::getpid()) + "\\]: hello \\[p a.b\\]"));
}

TEST_F(system_log_on_linux, a_syslog_of_streams_gets_lines_that_end_in_nul) {
  test_socket syslog(options_.syslog_socket, test_socket::kind::stream);
  make();
  ASSERT_EQ(log_->write(an_event("one")), write_result::written) << log_->trouble();
  ASSERT_EQ(log_->write(an_event("two")), write_result::written);
  const std::string got = syslog.receive()->bytes;
  EXPECT_THAT(got, HasSubstr("]: one [p a.b]\0<30>"s));
  EXPECT_TRUE(got.ends_with("two [p a.b]\0"s));
}

TEST_F(system_log_on_linux, only_the_one_that_was_asked_for_is_used) {
  options_.backend = "journal";
  test_socket syslog(options_.syslog_socket);
  make();
  EXPECT_EQ(log_->write(an_event("x")), write_result::later);
  EXPECT_FALSE(syslog.receive());
}

TEST_F(system_log_on_linux, without_any_log_it_says_what_it_looked_for) {
  make();
  EXPECT_EQ(log_->write(an_event("x")), write_result::later);
  EXPECT_THAT(log_->trouble(), HasSubstr(options_.journal_socket));
  EXPECT_THAT(log_->trouble(), HasSubstr(options_.syslog_socket));
  EXPECT_EQ(log_->backend(), "");
}

} // namespace
} // namespace reeve::eventlog_writer
