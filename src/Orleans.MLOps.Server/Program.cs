using Orleans.MLOps.Server.CommandLine;
using Orleans.MLOps.Server.Demo;
using Orleans.MLOps.Server.Demo.Cluster;

using var signals = new ShutdownSignals();
return args switch
{
    ["demo", .. var rest] => await DemoCommand.RunAsync(rest, signals.Token),
    [DemoSiloCommand.Verb, .. var rest] => await DemoSiloCommand.RunAsync(rest, signals.Token),
    ["health", .. var rest] => await HealthCommand.RunAsync(rest, signals.Token),
    ["deploy", .. var rest] => await DeployCommand.RunAsync(rest, signals.Token),
    ["migrate", .. var rest] => await MigrateCommand.RunAsync(rest, signals.Token),
    ["key", .. var rest] => KeyCommand.Run(rest),
    _ => await NodeCommand.RunAsync(args, signals.Token),
};
