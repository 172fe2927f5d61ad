using Orleans.MLOps.Server.CommandLine;

using var signals = new ShutdownSignals();
return args switch
{
    ["health", .. var rest] => await HealthCommand.RunAsync(rest, signals.Token),
    _ => await NodeCommand.RunAsync(args, signals.Token),
};
