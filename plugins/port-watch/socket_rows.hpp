// SPDX-License-Identifier: Apache-2.0
// Safe reading of the socket table that the host hands over.
#pragma once

#include "reeve/socket_table.h"
#include "reeve/table.hpp"

#include <cstddef>
#include <cstdint>

namespace reeve::port_watch {

class socket_rows {
 public:
  explicit socket_rows(const reeve_socket_rows& raw) noexcept : raw_(raw) {}

  // False: the rows are older than this plugin's header and must not be touched.
  bool readable() const noexcept {
    return (raw_.n_rows == 0 || raw_.row_stride >= sizeof(reeve_socket_row)) &&
           (raw_.n_owners == 0 || raw_.owner_stride >= sizeof(reeve_socket_owner));
  }
  std::uint32_t size() const noexcept { return raw_.n_rows; }
  const reeve_socket_row& operator[](std::uint32_t i) const noexcept {
    return sdk::row_at(raw_.rows, raw_.row_stride, i);
  }
  // 0 where the row names owners that the table does not have.
  std::uint32_t owners(const reeve_socket_row& row) const noexcept {
    return row.first_owner <= raw_.n_owners && row.n_owners <= raw_.n_owners - row.first_owner ? row.n_owners
                                                                                               : 0;
  }
  const reeve_socket_owner& owner(const reeve_socket_row& row, std::uint32_t i) const noexcept {
    return sdk::row_at(raw_.owners, raw_.owner_stride, row.first_owner + i);
  }
  const reeve_socket_rows& raw() const noexcept { return raw_; }

 private:
  const reeve_socket_rows& raw_;
};

} // namespace reeve::port_watch
