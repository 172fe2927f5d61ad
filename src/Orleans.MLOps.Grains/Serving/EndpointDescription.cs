using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What a route serves, as a record. Pure.</summary>
internal static class EndpointDescription
{
    /// <exception cref="NotFoundException">The endpoint serves no such variant.</exception>
    public static ServedEndpoint Of(Route route, DescribeEndpoint query)
    {
        if (query is { Version: not null, Label: not null })
        {
            throw new InvalidInputException($"version {query.Version} and label '{query.Label}' are given; only one of them can be meant.", "version");
        }

        return new ServedEndpoint
        {
            Name = route.Endpoint.Name,
            Model = route.Endpoint.Model,
            Revision = route.Endpoint.Revision,
            Batching = route.Endpoint.Batching,
            Shadow = route.Shadow?.Report,
            PayloadLog = route.Payloads?.Report,
            Versions =
            [
                .. (route.Find(query.Version, query.Label) is { } one ? [one] : route.Variants)
                    .OrderByDescending(variant => variant.Spec.Version)
                    .Select(variant => new ServedVersion
                    {
                        Version = variant.Spec.Version,
                        Variant = variant.Spec.Name,
                        Labels = variant.Spec.Labels,
                        Share = variant.Share,
                        Signature = route.Layout is null ? variant.Model.Signature : route.Signature,
                        Platform = variant.Model.Platform,
                        Statistics = variant.Counters.Read(variant.Queue.Pending),
                    }),
            ],
        };
    }
}
