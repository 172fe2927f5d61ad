using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orleans.MLOps.Benchmarks.Wire;

namespace Orleans.MLOps.Benchmarks.Node;

internal sealed class BareService : Bare.BareBase
{
    private static readonly Task<Empty> Nothing = Task.FromResult(new Empty());

    public override Task<Empty> Call(Empty request, ServerCallContext context) => Nothing;
}
