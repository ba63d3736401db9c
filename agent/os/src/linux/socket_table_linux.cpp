// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/socket_table.hpp"

#include "linux/socket_diag.hpp"
#include "linux/socket_owners.hpp"

#include <string>
#include <utility>

namespace reeve::os {

namespace {

class linux_socket_table final : public socket_table {
 public:
  linux_socket_table(socket_diag diag, proc_files files)
      : diag_(std::move(diag)), owners_(std::move(files)) {}

  result<> read(const socket_request& wanted, socket_rows& out) override {
    out.rows.clear();
    out.owners.clear();
    out.unowned = {};
    out.unreadable_processes = out.processes_elsewhere = 0;
    if (auto dumped = diag_.dump(wanted, out.rows); !dumped) return dumped;
    if (!wanted.owners || out.rows.empty()) return {};
    if (wanted.remembered_owners && owners_.find_remembered(out)) return {};
    const bool whole = wanted.listening && wanted.connections && wanted.ports.empty();
    return owners_.find(out, whole);
  }

  std::string_view backend() const noexcept override { return "sock_diag"; }

 private:
  socket_diag diag_;
  socket_owner_finder owners_;
};

} // namespace

result<std::unique_ptr<socket_table>> socket_table::create(const socket_table_options& options) {
  auto diag = socket_diag::open();
  if (!diag) return diag.error();
  auto files = proc_files::open(std::string(options.proc_root));
  if (!files) return files.error();
  return std::make_unique<linux_socket_table>(*std::move(diag), *std::move(files));
}

} // namespace reeve::os
