using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>A model that is part of the host's own program: a .NET function, or a TorchSharp module whose forward no file can carry.</summary>
/// <param name="Name">What versions name as their builtin.</param>
/// <param name="Open">Makes an engine; called for every load, on a thread of its own. The engine is disposed when the last request that uses it has ended.</param>
public sealed record HostedModel(string Name, Func<IServiceProvider, IModelEngine> Open);
