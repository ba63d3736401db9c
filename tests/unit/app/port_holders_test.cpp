// SPDX-License-Identifier: Apache-2.0
#include "port_holders.hpp"

#include "reeve/base/strings.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>

#include <memory>
#include <vector>

namespace reeve::app {
namespace {

using tcp = boost::asio::ip::tcp;
using testing::HasSubstr;

// Whoever the test says, on the port that the test itself has.
class written_table final : public os::socket_table {
 public:
  written_table(std::uint16_t port, std::vector<std::vector<process_id>> owners)
      : port_(port), owners_(std::move(owners)) {}

  result<> read(const os::socket_request&, os::socket_rows& out) override {
    for (const auto& who : owners_) {
      os::socket_row& row = out.rows.emplace_back();
      row.state = os::socket_state::listen;
      row.local_port = port_;
      row.first_owner = static_cast<std::uint32_t>(out.owners.size());
      row.owners = static_cast<std::uint32_t>(who.size());
      for (const process_id& id : who)
        out.owners.push_back({id, 3});
    }
    return {};
  }
  std::string_view backend() const noexcept override { return "written"; }

 private:
  std::uint16_t port_;
  std::vector<std::vector<process_id>> owners_;
};

class port_holders : public testing::Test {
 protected:
  std::uint16_t number() const { return socket_.local_endpoint().port(); }
  result<process_id> one_of(std::vector<std::vector<process_id>> owners) {
    plugin_host::socket_table_service sockets(system_clock(),
                                              [&]() -> result<std::unique_ptr<os::socket_table>> {
                                                return std::make_unique<written_table>(number(), owners);
                                              });
    config::port_settings port;
    port.number = number();
    return one_holder_of(port, sockets, system_clock());
  }

  boost::asio::io_context loop_;
  tcp::acceptor socket_{loop_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  // None that there could be, so that nothing is read of them.
  const process_id master_{4'000'000'001, 10}, worker_{4'000'000'000, 20}, stranger_{4'000'000'003, 5};
};

TEST_F(port_holders, a_server_goes_before_those_that_inherited_its_sockets) {
  EXPECT_EQ(*one_of({{master_}}), master_);
  EXPECT_EQ(*one_of({{worker_, master_}}), master_);
  EXPECT_EQ(*one_of({{worker_, master_}, {master_, worker_}}), master_);
  EXPECT_EQ(*one_of({{worker_, master_}, {master_}}), master_) << "of IPv4 and of IPv6";
}

TEST_F(port_holders, of_two_that_share_no_socket_none_is_chosen) {
  const auto found = one_of({{master_, worker_}, {stranger_}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::limit);
  EXPECT_THAT(found.error().message,
              HasSubstr(cat("3 processes hold port ", number(), ": process 4000000000, ")));
}

TEST_F(port_holders, one_that_is_not_seen_may_be_another) {
  for (const auto& owners : {std::vector<std::vector<process_id>>{{}}, {{master_}, {}}, {}}) {
    const auto found = one_of(owners);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, errc::access_denied);
  }
}

TEST_F(port_holders, a_free_port_has_none) {
  const config::port_settings port{number(), false};
  socket_.close();
  plugin_host::socket_table_service sockets(system_clock());
  const auto found = one_holder_of(port, sockets, system_clock());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::not_found);
}

} // namespace
} // namespace reeve::app
