// SPDX-License-Identifier: Apache-2.0
// From what the configuration says of a job to what runs it.
#pragma once

#include "reeve/config/settings.hpp"
#include "reeve/supervise/job_machine.hpp"

#include <cstdint>
#include <vector>

namespace reeve::supervise {

// Looks up the time zone: see os::load_time_zone().
result<job_schedule> make_job_schedule(const config::job_settings& settings);

// `machine` tells this machine's jobs from those of others with the same configuration, so that their jitter differs.
job_rules make_job_rules(const config::job_settings& settings, std::uint64_t machine);

// What the supervisor runs of it.
config::process_settings program_of(const config::job_settings& settings);

// What only the system can say of the jobs of a configuration: time zones that are not there. For check-config, start and
// reload.
std::vector<diagnostic> check_jobs(const std::vector<config::job_settings>& jobs);

} // namespace reeve::supervise
