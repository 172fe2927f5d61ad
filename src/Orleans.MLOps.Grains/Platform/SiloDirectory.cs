using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Governance;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>The silos of the cluster and what each does, from memory. An embedded node is alone and does all.</summary>
internal sealed class SiloDirectory(IServiceProvider services, ILocalSiloDetails local)
{
    // Resolved late: placement is built before membership.
    private readonly Lazy<ISiloMetadataCache?> _metadata = new(services.GetService<ISiloMetadataCache>);
    private readonly Lazy<ISiloStatusOracle> _status = new(services.GetRequiredService<ISiloStatusOracle>);
    private readonly Lazy<IMembershipTable?> _table = new(services.GetService<IMembershipTable>);

    /// <summary>Whether a silo does the work of a role.</summary>
    public bool Does(SiloAddress silo, string role) =>
        SiloRoles.Does(Word(silo, SiloRoles.RoleKey), role);

    /// <summary>This silo.</summary>
    public SiloAddress Here => local.SiloAddress;

    /// <summary>The roles of a silo, as its operator wrote them.</summary>
    public string[] RolesOf(SiloAddress silo) => SiloRoles.Split(Word(silo, SiloRoles.RoleKey) ?? SiloRoles.All);

    /// <summary>What a silo trains on.</summary>
    public string AcceleratorOf(SiloAddress silo) => Word(silo, SiloRoles.AcceleratorKey) ?? SiloRoles.Cpu;

    /// <summary>The active silos of a role, in the order of their addresses.</summary>
    public SiloAddress[] Active(string role) =>
        [.. _status.Value.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => Does(silo, role)).Order()];

    /// <summary>The silos that have not died, in the order of their addresses, with their names.</summary>
    public (SiloAddress Silo, string Name, SiloState State)[] All() =>
    [
        .. _status.Value.GetApproximateSiloStatuses().Where(silo => silo.Value is not (SiloStatus.Dead or SiloStatus.None)).OrderBy(silo => silo.Key)
            .Select(silo => (silo.Key, _status.Value.TryGetSiloName(silo.Key, out var name) ? name : "", silo.Value switch
            {
                SiloStatus.Active => SiloState.Active,
                SiloStatus.ShuttingDown or SiloStatus.Stopping => SiloState.Leaving,
                _ => SiloState.Joining,
            })),
    ];

    /// <summary>
    /// The silos but this one that may still work, as the membership table says now: memory may not know one that joined a moment ago. A silo alone
    /// with its table has none.
    /// </summary>
    /// <exception cref="UnavailableException">The table cannot be read.</exception>
    public async Task<SiloAddress[]> OthersInTableAsync()
    {
        if (_table.Value is not { } table)
        {
            return [];
        }

        try
        {
            var members = (await table.ReadAllAsync(CancellationToken.None)).Members;
            return
            [
                .. members.Select(member => member.Item1)
                    .Where(member => member.Status is not (SiloStatus.Dead or SiloStatus.None or SiloStatus.Created) && !member.SiloAddress.Equals(local.SiloAddress))
                    .Select(member => member.SiloAddress),
            ];
        }
        catch (Exception error) when (error is not (OperationCanceledException or MLOpsException))
        {
            throw new UnavailableException($"The membership table cannot be read: {error.Message}", inner: error);
        }
    }

    /// <summary>The same as far as this silo knows.</summary>
    public SiloAddress[] Others() =>
    [
        .. _status.Value.GetApproximateSiloStatuses()
            .Where(silo => silo.Value is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping && !silo.Key.Equals(local.SiloAddress))
            .Select(silo => silo.Key),
    ];

    /// <summary>Whether no other silo is active.</summary>
    public bool IsAlone => _status.Value.GetApproximateSiloStatuses(onlyActive: true).Count < 2;

    /// <summary>Whether this silo does the work of a role.</summary>
    public bool DoesHere(string role) => Does(local.SiloAddress, role);

    /// <summary>Whether any active silo does the work of a role.</summary>
    public bool DoesAnywhere(string role) =>
        _status.Value.GetApproximateSiloStatuses(onlyActive: true).Keys.Any(silo => Does(silo, role));

    private string? Word(SiloAddress silo, string key) => _metadata.Value?.GetSiloMetadata(silo).Metadata.GetValueOrDefault(key);
}
