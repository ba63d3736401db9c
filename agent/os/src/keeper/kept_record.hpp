// SPDX-License-Identifier: Apache-2.0
// What a keeper knows of its program, from step to step; who owns it writes it down after each.
#pragma once

#include "reeve/os/keeper.hpp"

#include <cstdint>
#include <string>

namespace reeve::os {

class kept_record {
 public:
  kept_record(const keep_place& place, const process_id& keeper);

  // The folder cannot be had; without `why` another keeper is at work in it.
  void refused(std::string why);
  // It cannot be started.
  void failed(std::string why, std::uint64_t output_lost_bytes);
  void started(const process_id& program);
  // The one that the program put into the background.
  void followed_by(const process_id& program) { record_.program = program; }
  // The program alone; what it left behind may live.
  void ended(const child_end& end) { record_.end = end; }
  // It was ended for its limit of memory.
  void out_of_memory() { record_.is_out_of_memory = true; }
  // It and all that it left behind.
  void finished(std::uint64_t output_lost_bytes);

  const child_end& end() const noexcept { return record_.end; }
  const process_id& keeper() const noexcept { return record_.keeper; }
  std::string text() const { return to_text(record_); }
  std::string news() const; // for the agent: the text, or that the folder is taken

 private:
  keeper_record record_;
};

} // namespace reeve::os
