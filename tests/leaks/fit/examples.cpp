// SPDX-License-Identifier: Apache-2.0
#include "fit/examples.hpp"

#include "leak_watch.hpp"
#include "series_life.hpp"
#include "stretch.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

namespace reeve::leaks {

judged_trace see(const trace& t) {
  judged_trace out{t.leak, t.leak_from, t.evidence, {}};
  const double unit = handle_leak::unit_of(static_cast<handle_leak::resource>(t.of));
  handle_leak::series_life life;
  bool new_life = false;
  for (std::size_t i = 0; i < t.readings.size(); ++i) {
    const bool is_block_complete = life.add(t.readings[i].seconds, t.readings[i].value / unit);
    new_life |= life.began_anew();
    if (!is_block_complete || i % readings_between_examples >= handle_leak::series_blocks::readings_of_first)
      continue;
    see_stretches(life, [&](const handle_leak::stretch& s) {
      out.examples.push_back({static_cast<std::uint32_t>(i), new_life, evidence_of(s)});
      new_life = false;
      return true;
    });
  }
  out.examples.shrink_to_fit();
  return out;
}

std::vector<judged_trace> see_seeds(std::uint64_t first_seed, std::uint64_t seeds) {
  std::vector<judged_trace> out(seeds * traces_per_seed);
  std::atomic<std::uint64_t> next = 0;
  std::atomic<std::uint64_t> done = 0;
  const auto work = [&] {
    for (std::uint64_t s = next++; s < seeds; s = next++) {
      std::size_t at = s * traces_per_seed;
      for (const trace& t : make_traces(first_seed + s))
        out[at++] = see(t);
      std::fprintf(stderr, "\r%llu of %llu seeds seen", static_cast<unsigned long long>(++done),
                   static_cast<unsigned long long>(seeds));
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i)
    threads.emplace_back(work);
  for (std::thread& t : threads)
    t.join();
  std::fprintf(stderr, "\n");
  return out;
}

} // namespace reeve::leaks
