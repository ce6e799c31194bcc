// A tunnel that is up and delivers nothing: only the application can know, and says so.

using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class RedialUnansweredTests
{
    public static TheoryData<int> Clocks => [.. RedialRig.Starts];

    [Theory]
    [MemberData(nameof(Clocks))]
    public void A_tunnel_without_answers_is_hung_up_in_order_and_dialled_again(int nowMs)
    {
        RedialRig rig = RedialRig.Up(null, nowMs);
        rig.Tunnel.Hub.Log.Clear();
        rig.Redialer.Unanswered(rig.NowMs);
        rig.Advance(0);
        Assert.Equal(FailureBench.OrderlyEnd, rig.Tunnel.Hub.Log.TakeLast(3));
        Assert.Equal(Reason.ClosedByUser, rig.Client.Diagnosis.Reason);
        Assert.Equal(FailureClass.Lost, rig.Redialer.LastFailure);
        Assert.Equal(1, rig.Redialer.FailureCount);
        rig.NextDial(rig.Settings.FirstMs(FailureClass.Lost));
        rig.Advance(0);
        Assert.Equal(Stage.Up, rig.Client.Stage);
    }

    [Fact]
    public void Tunnels_that_never_answer_are_dialled_less_and_less_often()
    {
        RedialSettings settings = new();
        settings.SetPace(FailureClass.Lost, 1000, 0, 0);
        settings.SetPace(FailureClass.Lost, 0, 1000, 64000);
        RedialRig rig = RedialRig.Up(settings);
        for (int failures = 1; failures <= 8; failures++)
        {
            rig.Redialer.Unanswered(rig.NowMs);
            rig.Advance(0);
            Assert.Equal(failures, rig.Redialer.FailureCount);
            Assert.InRange(rig.Redialer.WaitMs, 0, System.Math.Min(1000 << (failures - 1), 64000));
            rig.NextDial();
            rig.Advance(0);
            Assert.Equal(Stage.Up, rig.Client.Stage);
        }
    }

    [Fact]
    public void A_stop_in_the_middle_of_that_hang_up_forgets_nothing()
    {
        RedialRig rig = RedialRig.Up();
        rig.Redialer.Unanswered(rig.NowMs);
        rig.Redialer.Stop(rig.NowMs);
        rig.Advance(0);
        Assert.Equal(Stage.Closed, rig.Client.Stage);
        Assert.Equal(FailureClass.Lost, rig.Redialer.LastFailure);
        Assert.Equal(1, rig.Redialer.FailureCount);
    }

    [Fact]
    public void A_complaint_without_a_tunnel_is_ignored()
    {
        RedialRig rig = RedialRig.Up();
        rig.LoseHub();
        int failures = rig.Redialer.FailureCount;
        rig.Redialer.Unanswered(rig.NowMs);
        rig.Advance(0);
        Assert.Equal(failures, rig.Redialer.FailureCount);
        Assert.Equal(Reason.ControlClosed, rig.Client.Diagnosis.Reason);
    }
}
