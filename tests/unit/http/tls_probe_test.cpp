// SPDX-License-Identifier: Apache-2.0
// HTTPS, against the server of the openssl program. Wine starts Linux's.
#include "probe_fixture.hpp"
#include "reeve/base/strings.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>

#include <charconv>
#include <thread>

namespace reeve::http::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
namespace fs = std::filesystem;

const fs::path openssl = REEVE_TEST_DRIVE "/usr/bin/openssl";
// A program of Linux that Wine has started is no process of Wine's and has none of its files: it must end by itself, and a
// shell opens its output.
const fs::path shell = REEVE_TEST_DRIVE "/bin/sh";

// As a program of Linux names it.
std::string host_path(const fs::path& path) {
  std::string text = path.generic_string();
  if (!std::string_view(REEVE_TEST_DRIVE).empty() && text.starts_with(REEVE_TEST_DRIVE)) text.erase(0, 2);
  return text;
}

struct certificate {
  fs::path file, key;
};

struct https_probe : ::testing::Test {
  boost::asio::io_context loop;
  reeve::test::temp_dir temp;
  fs::path folder = temp.path();
  std::optional<reeve::test::child> running;
  int files = 0;

  void SetUp() override {
    if (!fs::exists(openssl)) GTEST_SKIP() << "no openssl program here";
    // Under Wine the folder of temporary files has a name that Linux does not know.
    if (!std::string_view(REEVE_TEST_DRIVE).empty()) {
      folder = fs::path(REEVE_TEST_DRIVE REEVE_BUILD_DIR) / "tests" /
               cat("tls-", reeve::test::own_pid(), "-",
                   ::testing::UnitTest::GetInstance()->current_test_info()->name());
      fs::create_directories(folder);
    }
  }
  void TearDown() override {
    running.reset();
    std::error_code ignored;
    if (folder != temp.path()) fs::remove_all(folder, ignored);
  }

  // The arguments have no quotes.
  std::string run(const std::vector<std::string>& arguments, const fs::path& output) {
    std::string line = "exec timeout 30 openssl";
    for (const auto& a : arguments)
      line += cat(" '", a, "'");
    reeve::test::child_options o;
    o.program = shell;
    o.arguments = {"-c", cat(line, " > '", host_path(output), "' 2>&1 < /dev/null")};
    auto started = reeve::test::child::start(o);
    if (!started) return started.error().message;
    running = std::move(*started);
    return {};
  }

  certificate make_certificate(std::string names, std::string_view days = "2") {
    const certificate c{folder / cat("cert", ++files, ".pem"), folder / cat("key", files, ".pem")};
    const fs::path done = folder / cat("made", files);
    EXPECT_EQ(run({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                   "-keyout", host_path(c.key), "-out", host_path(c.file), "-days", std::string(days),
                   "-subj", "/CN=reeve test", "-addext", "subjectAltName=" + names},
                  done),
              "");
    EXPECT_TRUE(reeve::test::wait_until([&] { return whole(c.file) && whole(c.key); }, 20s))
        << reeve::test::read_file(done);
    return c;
  }
  static bool whole(const fs::path& pem) {
    return fs::exists(pem) && reeve::test::read_file(pem).find("-----END") != std::string::npos;
  }

  // Serves a page with "s_server" in it to each of `connections`.
  endpoint serve(const certificate& c, std::vector<std::string> more = {}, int connections = 1) {
    const fs::path out = folder / cat("served", ++files);
    std::vector<std::string> arguments{"s_server",       "-accept",       "127.0.0.1:0", "-naccept",
                                       cat(connections), "-www",          "-cert",       host_path(c.file),
                                       "-key",           host_path(c.key)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(run(arguments, out), "");
    constexpr std::string_view begin = "ACCEPT 127.0.0.1:";
    unsigned short port = 0;
    EXPECT_TRUE(reeve::test::wait_until(
        [&] {
          const std::string text = fs::exists(out) ? reeve::test::read_file(out) : "";
          const auto at = text.find(begin);
          if (at == text.npos || text.find('\n', at) == text.npos) return false;
          const char* digits = text.data() + at + begin.size();
          return std::from_chars(digits, text.data() + text.size(), port).ec == std::errc();
        },
        20s));
    return {"127.0.0.1", port};
  }

  http_probe_options to(const endpoint& where, const fs::path& ca = {}) {
    http_probe_options o;
    o.to = where;
    o.tls = true;
    o.ca_file = ca.string();
    return o;
  }
};

TEST_F(https_probe, passes_with_a_certificate_of_its_own_authority) {
  const auto c = make_certificate("DNS:localhost,IP:127.0.0.1");
  auto o = to(serve(c, {}, 2), c.file);
  o.expect_body = "s_server";
  const auto answer = ask(loop, o);
  EXPECT_TRUE(answer.passed) << answer.text;
  o.host = "localhost";
  const auto by_name = ask(loop, o);
  EXPECT_TRUE(by_name.passed) << by_name.text;
}

TEST_F(https_probe, an_unknown_authority_is_not_accepted_unless_told) {
  const auto c = make_certificate("IP:127.0.0.1");
  auto o = to(serve(c, {}, 2));
  const auto refused = ask(loop, o);
  EXPECT_FALSE(refused.passed);
  EXPECT_THAT(refused.text, HasSubstr("the certificate for 127.0.0.1 is not accepted: "));
  o.verify_tls = false;
  const auto taken = ask(loop, o);
  EXPECT_TRUE(taken.passed) << taken.text;
}

TEST_F(https_probe, another_authority_is_not_accepted) {
  const auto c = make_certificate("IP:127.0.0.1"), other = make_certificate("IP:127.0.0.1");
  const auto answer = ask(loop, to(serve(c), other.file));
  EXPECT_FALSE(answer.passed);
  EXPECT_THAT(answer.text, HasSubstr("is not accepted"));
}

TEST_F(https_probe, a_certificate_for_another_name_is_not_accepted) {
  const auto c = make_certificate("DNS:shop.example");
  const auto where = serve(c, {}, 3);
  const auto by_address = ask(loop, to(where, c.file));
  EXPECT_FALSE(by_address.passed);
  EXPECT_THAT(by_address.text, HasSubstr("the certificate for 127.0.0.1 is not accepted"));
  auto o = to(where, c.file);
  o.host = "other.example";
  EXPECT_THAT(ask(loop, o).text, HasSubstr("the certificate for other.example is not accepted"));
  o.host = "shop.example";
  const auto named = ask(loop, o);
  EXPECT_TRUE(named.passed) << named.text;
}

TEST_F(https_probe, tls_1_2_is_spoken_and_1_1_is_not) {
  const auto c = make_certificate("IP:127.0.0.1");
  const auto now = ask(loop, to(serve(c, {"-tls1_2"}), c.file));
  EXPECT_TRUE(now.passed) << now.text;
  EXPECT_FALSE(ask(loop, to(serve(c, {"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}), c.file)).passed);
}

TEST_F(https_probe, a_file_without_certificates_is_said) {
  script_server server(loop, close_at_once());
  const fs::path none = folder / "none.pem";
  const auto answer = ask(loop, to(server.address(), none));
  EXPECT_FALSE(answer.passed);
  EXPECT_THAT(answer.text, HasSubstr(none.string()));
}

TEST_F(https_probe, a_server_without_tls_is_said) {
  script_server server(loop, reply("HTTP/1.1 400 Bad Request\r\n\r\n"), "127.0.0.1", true);
  const auto answer = ask(loop, to(server.address()));
  EXPECT_FALSE(answer.passed);
  // Or that the handshake was not ended: Schannel waits for the rest of what it takes for a long record.
  EXPECT_THAT(answer.text, AllOf(StartsWith(to_string(server.address())), HasSubstr("TLS")));
}

TEST_F(https_probe, a_handshake_that_hangs_or_ends_early_is_said) {
  script_server silent(loop, reply_and_hold(""), "127.0.0.1", true);
  EXPECT_EQ(ask(loop, to(silent.address()), 200ms).text,
            cat(to_string(silent.address()), " did not end the TLS handshake within 200ms"));
  script_server curt(loop, reset_at_once(), "127.0.0.1", true);
  EXPECT_EQ(ask(loop, to(curt.address())).text,
            cat(to_string(curt.address()), " closed the connection within the TLS handshake"));
}

} // namespace
} // namespace reeve::http::testing
