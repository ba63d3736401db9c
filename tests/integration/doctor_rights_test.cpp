// SPDX-License-Identifier: Apache-2.0
// `reeve doctor` and `reeve port` as an ordinary account with none, some and all capabilities: what is hidden is counted
// and explained, and nothing is silently missing.
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include "reeve/base/strings.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <map>
#include <unistd.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;

class as_nobody : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can start a program as another account";
    // Where that account may run it, whoever owns the build folder.
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
    std::filesystem::copy_file(std::filesystem::path(REEVE_BIN_DIR) / "reeve", folder_ / "reeve");
  }
  // With these capabilities ("+sys_ptrace,+net_admin") and no others.
  finished_child reeve(const std::string& capabilities, std::vector<std::string> arguments) {
    child_options how;
    how.program = "/usr/bin/setpriv";
    how.arguments = {"--reuid=65534", "--regid=65534", "--clear-groups"};
    if (!capabilities.empty()) {
      how.arguments.push_back("--inh-caps=" + capabilities);
      how.arguments.push_back("--ambient-caps=" + capabilities);
    }
    how.arguments.push_back((folder_ / "reeve").string());
    how.arguments.insert(how.arguments.end(), arguments.begin(), arguments.end());
    how.output_file = folder_ / cat("output ", ++runs_);
    auto ended = run(how, long_bound);
    EXPECT_TRUE(ended) << ended.error().message;
    return ended ? std::move(*ended) : finished_child{-1, {}};
  }
  // By id: "" when nothing is hidden, else what mends it.
  std::map<std::string, std::string> findings(const std::string& capabilities) {
    const finished_child told = reeve(capabilities, {"doctor", "--json"});
    const boost::json::value document = boost::json::parse(told.output);
    std::map<std::string, std::string> out;
    bool hidden = false;
    for (const boost::json::value& f : document.at("findings").as_array()) {
      out[std::string(f.at("id").as_string())] = std::string(f.at("mend").as_string());
      hidden = hidden || f.at("hidden").as_bool();
    }
    EXPECT_EQ(told.exit_code, hidden ? 4 : 0) << told.output;
    EXPECT_EQ(document.at("account").as_string(), "nobody");
    return out;
  }

  temp_dir folder_;
  int runs_ = 0;
};

TEST_F(as_nobody, without_capabilities_much_is_hidden_and_each_has_its_mend) {
  const auto found = findings("");
  EXPECT_THAT(found.at("process-fields"), HasSubstr("CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"));
  EXPECT_THAT(found.at("socket-owners"), HasSubstr("CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"));
  EXPECT_THAT(found.at("context-switches"), HasSubstr("CAP_NET_ADMIN"));
}

TEST_F(as_nobody, with_some_the_others_are_named) {
  const auto found = findings("+net_admin,+sys_ptrace");
  EXPECT_EQ(found.at("context-switches"), "");
  EXPECT_EQ(found.at("short-lived"), "");
  EXPECT_THAT(found.at("socket-owners"), HasSubstr("CAP_DAC_READ_SEARCH is lacking"));
}

TEST_F(as_nobody, with_all_nothing_is_hidden_that_root_sees) {
  const auto found = findings("+net_admin,+sys_ptrace,+dac_read_search");
  EXPECT_EQ(found.at("socket-owners"), "");
  EXPECT_EQ(found.at("context-switches"), "");
  EXPECT_EQ(found.at("short-lived"), "");
}

TEST_F(as_nobody, a_port_whose_owner_is_hidden_is_there_and_says_so) {
  boost::asio::io_context loop;
  boost::asio::ip::tcp::acceptor listener(loop, {boost::asio::ip::address_v4::loopback(), 0});
  ASSERT_EQ(::fcntl(listener.native_handle(), F_SETFD, FD_CLOEXEC), 0); // reeve would own it too
  const std::string port = cat(listener.local_endpoint().port());
  const auto sockets = [](const finished_child& told) {
    return boost::json::parse(told.output.substr(0, told.output.rfind("\n}") + 2)).at("sockets").as_array();
  };
  // Rights change what is known of a socket, not whether it is shown.
  const finished_child little = reeve("", {"port", port, "--json"});
  ASSERT_EQ(sockets(little).size(), 1u) << little.output;
  EXPECT_EQ(sockets(little)[0].at("owners").as_array().size(), 0u) << little.output;
  EXPECT_THAT(little.output, HasSubstr("could not be seen for lack of rights"));

  const finished_child all = reeve("+sys_ptrace,+dac_read_search", {"port", port, "--json"});
  ASSERT_EQ(sockets(all).size(), 1u) << all.output;
  ASSERT_EQ(sockets(all)[0].at("owners").as_array().size(), 1u) << all.output;
  EXPECT_EQ(sockets(all)[0].at("owners").at(0).at("pid"), ::getpid());
}

} // namespace
} // namespace reeve::test
