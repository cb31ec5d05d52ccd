# What can be said of a definition before AWS sees it, with the names of the states that are meant.
locals {
  _document = try(jsondecode(local.definition), null)

  # HCL knows no recursion: the machines in branches and maps, five levels down, which is deeper than anybody nests.
  _level_1  = [for machine in [local._document] : machine if can(keys(machine.States))]
  _level_2  = flatten([for machine in local._level_1 : [for state in machine.States : concat(try(state.Branches, []), try([state.ItemProcessor], []), try([state.Iterator], []))]])
  _level_3  = flatten([for machine in local._level_2 : [for state in try(machine.States, {}) : concat(try(state.Branches, []), try([state.ItemProcessor], []), try([state.Iterator], []))]])
  _level_4  = flatten([for machine in local._level_3 : [for state in try(machine.States, {}) : concat(try(state.Branches, []), try([state.ItemProcessor], []), try([state.Iterator], []))]])
  _level_5  = flatten([for machine in local._level_4 : [for state in try(machine.States, {}) : concat(try(state.Branches, []), try([state.ItemProcessor], []), try([state.Iterator], []))]])
  _machines = concat(local._level_1, local._level_2, local._level_3, local._level_4, local._level_5)

  _states_of = flatten([
    for machine in local._machines : [
      for name, state in try(machine.States, {}) : {
        name        = name
        resource    = try(tostring(state.Resource), "")
        distributed = try(state.ItemProcessor.ProcessorConfig.Mode, "INLINE") == "DISTRIBUTED"
      }
    ]
  ])

  too_long = [for state in local._states_of : state.name if length(state.name) > 80]

  not_express = [
    for state in local._states_of : state.name
    if state.distributed || can(regex("(\\.sync(:2)?|\\.waitForTaskToken)$|:activity:", state.resource))
  ]
}
