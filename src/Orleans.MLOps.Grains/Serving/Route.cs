using System.IO.Hashing;
using System.Runtime.InteropServices;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Serving.Payloads;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>An endpoint as this silo answers it: loaded models, their weights, and where inputs come from. It keeps its models loaded until it is retired and the last request that entered it has left.</summary>
internal sealed class Route
{
    private readonly ModelLease[] _leases;
    private long _picks;
    private int _users = 1;
    private int _retired;

    /// <param name="endpoint">The endpoint.</param>
    /// <param name="leases">The models of its variants in their order, then that of its shadow if it has one.</param>
    /// <param name="view">The view whose windows are computed online.</param>
    /// <param name="traffic">What this silo knows of the endpoint.</param>
    /// <param name="services">What variants need.</param>
    public Route(EndpointInfo endpoint, ModelLease[] leases, FeatureViewDefinition? view, EndpointTraffic traffic, RouteServices services)
    {
        (Endpoint, View, Traffic, _leases) = (endpoint, view, traffic, leases);
        var first = leases[0].Model;
        Layout = first is TabularModel ? FeatureLayout.Create(first.Version.Signature, view) : null;
        Signature = Layout is null ? first.Signature : TabularTensors.SignatureOf(Layout, first.Version.Signature);
        var largest = endpoint.Variants.Max(variant => variant.Weight);
        var total = endpoint.Variants.Sum(variant => variant.Weight / largest);
        double upto = 0;
        Variants =
        [
            .. endpoint.Variants.Select((variant, i) =>
            {
                var (model, share, counters) = (leases[i].Model, variant.Weight / largest / total, traffic.Counters(variant.Version));
                var queue = new BatchQueue(model, endpoint.Batching, services.Threads, counters, services.Clock.WallTime);
                var twins = endpoint.Variants.Take(i).Count(before => before.Version == variant.Version);
                return new RouteVariant(variant, model, share, upto += share, queue, counters) { Seed = ((long)twins << 32) | (uint)variant.Version };
            }),
        ];
        Serving = [.. Variants.Where(variant => variant.Share > 0)];
        Shadow = endpoint.Shadow is { } shadow ? new ShadowTraffic(shadow, leases[^1].Model, services.ShadowThread) : null;
        Payloads = services.Payloads.Open(endpoint);
        MetricName = new EndpointKey(endpoint.Project, endpoint.Name).MetricName;
    }

    public EndpointInfo Endpoint { get; }

    public string MetricName { get; }

    /// <summary>The view whose windows are computed online; null without one.</summary>
    public FeatureViewDefinition? View { get; }

    /// <summary>Where columns come from; null when the models take tensors.</summary>
    public FeatureLayout? Layout { get; }

    /// <summary>What callers give and get as tensors.</summary>
    public TensorSignature Signature { get; }

    public EndpointTraffic Traffic { get; }

    /// <summary>All variants, in the order of the endpoint.</summary>
    public RouteVariant[] Variants { get; }

    /// <summary>The variants with traffic.</summary>
    public RouteVariant[] Serving { get; }

    public ShadowTraffic? Shadow { get; }

    /// <summary>Where answered requests are given to be kept; null when none is.</summary>
    public PayloadTap? Payloads { get; }

    /// <summary>The only variant with traffic, or null when rows are split.</summary>
    public RouteVariant? Single => Serving.Length == 1 ? Serving[0] : null;

    /// <summary>Enters the route; <see cref="Leave"/> must follow. False when it was retired and another has taken its place.</summary>
    public bool TryEnter()
    {
        var users = Volatile.Read(ref _users);
        while (users > 0 && Volatile.Read(ref _retired) == 0)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Array.ForEach(_leases, lease => lease.Dispose());
        }
    }

    /// <summary>Another route takes its place: no request enters any more. Idempotent.</summary>
    public void Retire()
    {
        if (Interlocked.Exchange(ref _retired, 1) == 0)
        {
            Leave();
        }
    }

    /// <summary>The variant that a request asks for by version or label; null when it leaves that to the weights.</summary>
    /// <exception cref="NotFoundException">The endpoint serves no such variant.</exception>
    public RouteVariant? Find(int? version, string? label)
    {
        if (version is null && label is null)
        {
            return null;
        }

        if (TryFind(version, label) is { } found)
        {
            return found;
        }

        throw version is null
            ? new NotFoundException(
                $"Endpoint '{Endpoint.Name}' has no variant or label '{label}'; it has {string.Join(", ", Variants.SelectMany(variant => (string[])[variant.Spec.Name, .. variant.Spec.Labels]).Distinct())}.", "label")
            : new NotFoundException(
                $"Endpoint '{Endpoint.Name}' does not serve version {version}; it serves {string.Join(", ", Variants.Select(variant => variant.Spec.Version).Distinct())}.", "version");
    }

    /// <summary>The variant that answers a request.</summary>
    /// <exception cref="NotFoundException">It asks for one that the endpoint does not serve.</exception>
    public RouteVariant Choose(InferRequest request) => Find(request.Version, request.Label) ?? Single ?? Pick(request.AffinityKey);

    /// <summary>The variant that a request would meet; null when it asks for one that is not served.</summary>
    public RouteVariant? Meant(int? version, string? label, string? affinityKey) =>
        version is null && label is null ? Single ?? Pick(affinityKey) : TryFind(version, label);

    /// <summary>The variant by the weights: the same for the same key on every silo; without a key pseudo-random by a counter, so that shares hold over any stretch of traffic.</summary>
    public RouteVariant Pick(string? affinityKey = null)
    {
        if (affinityKey is not null)
        {
            return PickFor(affinityKey);
        }

        var hash = (ulong)Interlocked.Increment(ref _picks) * 0x9E3779B97F4A7C15UL;
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93UL;
        var point = (hash >> 11) * (1.0 / (1UL << 53));
        foreach (var variant in Serving)
        {
            if (point < variant.Upto)
            {
                return variant;
            }
        }

        return Serving[^1];
    }

    /// <summary>The variant of a key; null without one, when rows are dealt one by one.</summary>
    public RouteVariant? PickBy(string? affinityKey) => affinityKey is null ? null : Single ?? PickFor(affinityKey);

    private RouteVariant? TryFind(int? version, string? label)
    {
        foreach (var variant in Variants)
        {
            if (version is null ? variant.Spec.Name == label || Array.IndexOf(variant.Spec.Labels, label) >= 0 : variant.Spec.Version == version)
            {
                return variant;
            }
        }

        return null;
    }

    /// <summary>
    /// Weighted rendezvous hashing (Schindelhauer and Schomaker, "Weighted distributed hash tables", 2005): when a share grows, keys move to it from
    /// all the others and none moves between those.
    /// </summary>
    private RouteVariant PickFor(string key)
    {
        var bytes = MemoryMarshal.AsBytes(key.AsSpan());
        var (best, highest) = (Serving[0], double.NegativeInfinity);
        foreach (var variant in Serving)
        {
            var draw = ((XxHash3.HashToUInt64(bytes, variant.Seed) >> 11) + 0.5) * (1.0 / (1UL << 53));
            var score = variant.Share / -Math.Log(draw);
            if (score > highest)
            {
                (best, highest) = (variant, score);
            }
        }

        return best;
    }
}
