// SPDX-License-Identifier: Apache-2.0
// What a healthy process does with its handles, threads and memory. Each function adds one behaviour to a curve, one
// element for each sample, in units of the process's usual level (1 = that level).
#pragma once

#include "random.hpp"

#include <cstddef>
#include <vector>

namespace reeve::leaks {

using curve = std::vector<double>;

// Requests coming and going: white, or with a memory of up to some dozen samples, sometimes with spikes upwards.
void add_noise(curve& c, random_source& r, double sigma);
// A collector at work: up from the floor, down to it again. `two_generations`: small collections leave some behind,
// which a great one takes every 4 to 15 of them.
void add_sawtooth(curve& c, random_source& r, double period, double height, bool two_generations);
// Load levels, each lasting 1/12 to 1/3 of the trace, up to `height` over the floor.
void add_steps(curve& c, random_source& r, double height);
// From a level to another and back again, once or twice.
void add_steps_up_and_down(curve& c, random_source& r, double height);
// To ever higher levels, two to four times, where it stays: more tenants, bigger pools.
void add_steps_up(curve& c, random_source& r, double height);
// A daily cycle: a wave whose peak is not always the same, beginning anywhere in it.
void add_cycle(curve& c, random_source& r, double period, double height);
// From -height to 0 within about `length` samples from `from` on: saturating, or linear up to its end, or in ever
// rarer steps. Caches, pools and lazily loaded code.
void add_warm_up(curve& c, random_source& r, double height, std::size_t length, std::size_t from = 0);

} // namespace reeve::leaks
