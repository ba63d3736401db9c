// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <thread>

namespace reeve::test {
namespace {

using boost::asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

// Accepts one connection, reads a request's head, writes the given bytes and closes.
class one_answer {
 public:
  explicit one_answer(std::string answer) : answer_(std::move(answer)) {
    thread_ = std::thread([this] {
      boost::system::error_code ignored;
      tcp::socket socket(io_);
      acceptor_.accept(socket, ignored);
      boost::asio::read_until(socket, boost::asio::dynamic_buffer(request_), "\r\n\r\n", ignored);
      boost::asio::write(socket, boost::asio::buffer(answer_), ignored);
    });
  }
  ~one_answer() { join(); }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  const std::string& request() {
    join();
    return request_;
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  boost::asio::io_context io_;
  tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  std::string answer_, request_;
  std::thread thread_;
};

TEST(http_client, reads_a_counted_body) {
  one_answer server("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nX-Thing: a\r\n\r\nhello");
  const auto answer = http_get(server.port(), "/x?y=1", {{"Accept", "a/b"}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 404u);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(answer->header("x-thing"), "a");
  EXPECT_EQ(answer->header("x-other"), "");
  EXPECT_THAT(server.request(), StartsWith("GET /x?y=1 HTTP/1.1\r\n"));
  EXPECT_THAT(server.request(), HasSubstr("Accept: a/b\r\n"));
}

TEST(http_client, joins_chunks) {
  one_answer server(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
  EXPECT_EQ(http_get(server.port(), "/")->body, "abcdefg");
}

TEST(http_client, posts_a_body_with_its_length) {
  one_answer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(http_post(server.port(), "/p", "12345")->status, 200u);
  EXPECT_THAT(server.request(), HasSubstr("Content-Length: 5\r\n"));
}

TEST(http_client, a_cut_answer_is_an_error) {
  one_answer server("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
  EXPECT_FALSE(http_get(server.port(), "/"));
}

TEST(http_client, silence_is_bounded) {
  boost::asio::io_context io;
  const tcp::acceptor deaf(io, {boost::asio::ip::address_v4::loopback(), 0}); // connects, never answers
  const auto answer = http_get(deaf.local_endpoint().port(), "/", {}, std::chrono::milliseconds(50));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::timed_out);
}

TEST(raw_connection, writes_and_reads_to_the_end) {
  one_answer server("nonsense");
  auto connection = raw_connection::open(server.port());
  ASSERT_TRUE(connection) << connection.error().message;
  ASSERT_TRUE(connection->write("not http\r\n"));
  ASSERT_TRUE(connection->write("\r\n"));
  const auto read = connection->read_to_end(http_bound);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, "nonsense");
}

std::string gzip(std::string_view text) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 100, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

TEST(gunzip, gives_back_what_was_compressed_and_refuses_the_rest) {
  std::string text;
  for (int i = 0; i < 20000; ++i)
    text += std::to_string(i);
  const std::string packed = gzip(text);
  const auto unpacked = gunzip(packed);
  ASSERT_TRUE(unpacked) << unpacked.error().message;
  EXPECT_EQ(*unpacked, text);
  EXPECT_FALSE(gunzip(packed.substr(0, packed.size() - 3)));
  EXPECT_FALSE(gunzip(packed + "x"));
  EXPECT_FALSE(gunzip(""));
  EXPECT_FALSE(gunzip("plain text"));
}

} // namespace
} // namespace reeve::test
