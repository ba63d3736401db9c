// SPDX-License-Identifier: Apache-2.0
// The socket table as a test writes it.
#pragma once

#include "reeve/socket_table.h"

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace reeve::testing {

class fake_socket_table {
 public:
  struct owner {
    std::uint32_t pid = 0;
    std::uint64_t start = 0;
  };

  std::vector<reeve_socket_row> rows;
  std::vector<reeve_socket_owner> owners;
  std::uint32_t extra_row_bytes = 0; // rows of a newer host; a multiple of 8
  std::uint64_t unowned_access_denied = 0;
  reeve_status read_status = REEVE_OK;

  // Addresses as "127.0.0.1", "::1"; "::" listens on both families unless its flags are changed.
  reeve_socket_row& listen(std::string_view address, std::uint16_t port, std::initializer_list<owner> who,
                           std::uint8_t protocol = REEVE_TCP);
  reeve_socket_row& connect(std::string_view local, std::uint16_t local_port, std::string_view remote,
                            std::uint16_t remote_port, std::uint8_t state, std::initializer_list<owner> who);
  void clear();
  std::uint32_t wanted() const noexcept { return wanted_; }

 private:
  friend struct fake_table_calls;
  reeve_socket_row& add(std::string_view address, std::uint16_t port, std::uint8_t state,
                        std::initializer_list<owner> who);
  void build();

  std::uint32_t wanted_ = 0;
  std::uint64_t generation_ = 0;
  std::vector<char> memory_;
};

} // namespace reeve::testing
