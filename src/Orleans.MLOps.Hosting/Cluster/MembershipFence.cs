using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.MLOps.Storage.Logs;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Hosting;

/// <summary>A silo that was declared dead appends to no log any more, however late it learns of its death.</summary>
internal sealed class MembershipFence(ILocalSiloDetails silo, IOptions<ClusterOptions> cluster) : ILogFence
{
    private const string Alive = "alive";
    private const string Dead = "SELECT 1 FROM OrleansMembershipTable WHERE DeploymentId = $1 AND Address = $2 AND Port = $3 AND Generation = $4 AND Status = $5";

    public void Require(TableWrite write) => write.Require(
        Alive,
        RowCount.None,
        Dead,
        cluster.Value.ClusterId,
        silo.SiloAddress.Endpoint.Address.ToString(),
        silo.SiloAddress.Endpoint.Port,
        silo.SiloAddress.Generation,
        (int)SiloStatus.Dead);
}
